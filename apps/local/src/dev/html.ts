/** Text that is already HTML; all other values are escaped. */
export class Html {
  constructor(readonly text: string) {}
}

type Part = Html | string | number | readonly Part[] | undefined;

/** A template tag that escapes values, unless they are `Html`. */
export function html(strings: TemplateStringsArray, ...values: readonly Part[]): Html {
  return new Html(String.raw({ raw: strings }, ...values.map(rendered)));
}

function rendered(part: Part): string {
  if (part === undefined) return '';
  if (part instanceof Html) return part.text;
  if (typeof part === 'string' || typeof part === 'number') return escapeHtml(String(part));
  return part.map(rendered).join('');
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** A table with a caption and column headers, also for screen readers. */
export function table(caption: string, head: readonly string[], rows: readonly (readonly Part[])[]): Html {
  return html`<div class="wide" role="region" aria-label="${caption}" tabindex="0">
    <table>
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          ${head.map((name) => html`<th scope="col">${name}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              ${row.map((cell) => html`<td>${cell}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

export function time(at: Date): Html {
  return html`<time datetime="${at.toISOString()}">${at.toISOString().replace('T', ' ')}</time>`;
}

const STYLE = `
  :root { color-scheme: light dark; --text: #1b1b1f; --page: #fff; --line: #c9c9d1; --accent: #0b57d0; --soft: #f1f1f5;
    font: 16px/1.5 system-ui, sans-serif }
  @media (prefers-color-scheme: dark) { :root { --text: #ececf1; --page: #17171b; --line: #45454f; --accent: #a8c7fa; --soft: #24242b } }
  body { max-width: 70rem; margin: 0 auto; padding: 1rem; color: var(--text); background: var(--page) }
  a { color: var(--accent) } :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
  .skip { position: absolute; left: -100rem } .skip:focus { left: 1rem }
  nav ul { display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; list-style: none; padding: 0 }
  .wide { overflow-x: auto } table { border-collapse: collapse; width: 100% } caption { text-align: left; font-weight: 600; padding: .4rem 0 }
  th, td { text-align: left; vertical-align: top; padding: .3rem .6rem; border-bottom: 1px solid var(--line) }
  iframe { width: 100%; height: 32rem; border: 1px solid var(--line); background: #fff }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; background: var(--soft); padding: .6rem } form { margin: .6rem 0 }
  button, input { font: inherit; padding: .3rem .8rem } .timeline { border-left: 3px solid var(--accent); list-style: none; padding: 0 0 0 1rem }
  .timeline li { padding: .3rem 0 } .kind { font-weight: 600 } .detail { opacity: .85 }`;

export function page(title: string, body: Html): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} - Console</title>
        <style>
          ${new Html(STYLE)}
        </style>
      </head>
      <body>
        <a class="skip" href="#main">Skip to the content</a>
        <header>
          <nav aria-label="Console">
            <ul>
              <li><a href="/dev">Console</a></li>
              <li><a href="/dev/payments">Payments</a></li>
              <li><a href="/docs">API docs</a></li>
              <li><a href="/dev/emails">Mailbox as JSON</a></li>
              <li><a href="/health/ready">Health</a></li>
            </ul>
          </nav>
        </header>
        <main id="main">
          <h1>${title}</h1>
          ${body}
        </main>
      </body>
    </html>`.text;
}
