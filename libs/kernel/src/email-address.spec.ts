import { canonicalEmail, canonicalSender, emailKey } from './email-address.js';

/** 193 characters. */
const LONG_DOMAIN = `${`${'b'.repeat(61)}.`.repeat(3)}example`;

describe('canonicalEmail', () => {
  it.each([
    [' Ada.L@EXAMPLE.Com ', 'Ada.L@example.com'],
    ["O'Brien+shop@example.co.uk", "O'Brien+shop@example.co.uk"],
    ['x@münchen.example', 'x@xn--mnchen-3ya.example'],
    ['x@MÜNCHEN.example', 'x@xn--mnchen-3ya.example'],
    ['x@mu\u0308nchen.example', 'x@xn--mnchen-3ya.example'],
    ['x@xn--mnchen-3ya.example', 'x@xn--mnchen-3ya.example'],
    ['x@straße.example', 'x@xn--strae-oqa.example'],
    ['x@例え。テスト', 'x@xn--r8jz45g.xn--zckzah'],
    ['x@ｅｘａｍｐｌｅ．com', 'x@example.com'],
    [`${'a'.repeat(61)}@${LONG_DOMAIN}`, `${'a'.repeat(61)}@${LONG_DOMAIN}`],
  ])('writes %s as %s', (text, address) => {
    expect(canonicalEmail(text)).toBe(address);
    expect(canonicalEmail(address)).toBe(address);
  });

  it.each([
    ['no @', 'ada'],
    ['no dot in the domain', 'ada@localhost'],
    ['a dot at the end', 'ada@example.com.'],
    ['an empty label', 'ada@example..com'],
    ['a label that begins with a hyphen', 'ada@-x.example'],
    ['a number as top-level domain', 'ada@1.2.3.4'],
    ['an address in brackets', 'ada@[127.0.0.1]'],
    ['a quoted local part', '"a b"@example.com'],
    ['a quoted local part without a blank', '"ab"@example.com'],
    ['two dots in the local part', 'a..b@example.com'],
    ['an accent in the local part', 'josé@example.com'],
    ['a local part of 65 characters', `${'a'.repeat(65)}@example.com`],
    ['a zero-width space', 'ada\u200b@example.com'],
    ['a zero-width space in the domain', 'ada@exam\u200bple.com'],
    ['a zero-width space at the end', 'ada@example.com\u200b'],
    ['a byte order mark at the start', '\ufeffada@example.com'],
    ['a word joiner', 'a\u2060da@example.com'],
    ['a soft hyphen', 'ada@exam\u00adple.com'],
    ['a variation selector', 'ada@example.com\ufe0f'],
    ['a mark of direction', 'ada@\u202eexample.com'],
    ['an invisible tag', 'ada@example.com\u{e0061}'],
    ['a path', 'ada@example.com/x'],
    ['a port', 'ada@example.com:25'],
    ['an escape', 'ada@ex%61mple.com'],
    ['a line break', 'ada@example.com\r\nBcc: x@example.com'],
    ['half a surrogate pair', 'ada@ex\ud800ample.com'],
    ['256 characters', `${'a'.repeat(62)}@${LONG_DOMAIN}`],
    ['a hundred thousand characters', `${'a'.repeat(100_000)}@example.com`],
  ])('has none for %s', (_, text) => {
    expect(canonicalEmail(text)).toBeUndefined();
  });
});

describe('emailKey', () => {
  it('is the same for every spelling of an address, and takes any text', () => {
    expect(emailKey('ADA@Example.com')).toBe(emailKey(' ada@example.COM'));
    expect(emailKey('X@münchen.example')).toBe('x@xn--mnchen-3ya.example');
    expect(emailKey(' no Address ')).toBe('no address');
  });
});

describe('canonicalSender', () => {
  it.each([
    ['Shop <shop@münchen.example>', 'Shop <shop@xn--mnchen-3ya.example>'],
    ['shop@EXAMPLE.com', 'shop@example.com'],
  ])('writes %s as %s', (text, sender) => {
    expect(canonicalSender(text)).toBe(sender);
  });

  it.each([
    'Shop <shop@example.com>\r\nBcc: x@example.com',
    'Shop\r\n <shop@example.com>',
    'Shop',
    '<>',
    'a<b<c@d.example>>',
  ])('has none for %j', (text) => {
    expect(canonicalSender(text)).toBeUndefined();
  });
});
