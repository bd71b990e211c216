/* global document, getComputedStyle */
(() => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const rules = {
    'a language': document.documentElement.lang === 'en',
    'a title': document.title.trim() !== '',
    'one heading of the page': all('h1').length === 1,
    landmarks: all('main').length === 1 && all('header nav[aria-label]').length === 1,
    'a way past the links': all('a')[0]?.getAttribute('href') === '#main',
    'a label for each field': all('input').every(({ labels }) => labels.length > 0),
    captions: all('table').every((table) => table.caption?.textContent.trim()),
    'scopes of columns': all('thead th').every(({ scope }) => scope === 'col'),
    'titles of frames': all('iframe').every(({ title }) => title),
    'words on links and buttons': all('a, button').every(({ textContent }) => textContent.trim()),
  };
  const luminance = (color) => {
    const [r, g, b] = color
      .match(/[\d.]+/g)
      .map((part) => Number(part) / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const page = luminance(getComputedStyle(document.body).backgroundColor);
  const contrast = (part) => {
    const { color, backgroundColor } = getComputedStyle(part);
    const behind = /, 0\)$/.test(backgroundColor) ? page : luminance(backgroundColor);
    const [dark, light] = [luminance(color), behind].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  };
  const shown = ['body', 'h1', 'header a', 'main a', 'pre', 'td'].filter((selector) => all(selector).length > 0);
  return {
    dark: page < luminance(getComputedStyle(document.body).color),
    missing: Object.keys(rules).filter((name) => !rules[name]),
    contrasts: Object.fromEntries(shown.map((selector) => [selector, contrast(all(selector)[0])])),
  };
})();
