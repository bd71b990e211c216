/** An e-mail as the console shows it. */
export interface ShownEmail {
  id: string;
  to: string[] | string;
  subject: string;
  html: string;
  text: string;
  sent_at: string;
}

export interface QueueRow {
  name: string;
  ready: number;
  delayed: number;
  in_flight: number;
}

export interface Console {
  emails: ShownEmail[];
  queues: QueueRow[];
  /** Names of the e-mail templates. */
  templates: string[];
}

export function devPage({ emails, queues, templates }: Console): string {
  return layout(
    'Console',
    `<nav><a href="/docs">API docs</a> <a href="/openapi.json">OpenAPI</a> <a href="/dev/emails">Mailbox as JSON</a>
      <a href="/health/ready">Health</a></nav>
    <h2>Queues</h2>
    ${table(
      ['Queue', 'Waiting', 'Delayed', 'In work'],
      queues.map((queue) => [
        escapeHtml(queue.name),
        String(queue.ready),
        String(queue.delayed),
        String(queue.in_flight),
      ]),
    )}
    <h2>Mailbox</h2>
    ${
      emails.length === 0
        ? '<p>No e-mail yet: register a user or place an order.</p>'
        : table(
            ['Sent', 'To', 'Subject'],
            emails.map(({ id, sent_at, to, subject }) => [
              escapeHtml(sent_at),
              escapeHtml(String(to)),
              `<a href="/dev/emails/${encodeURIComponent(id)}">${escapeHtml(subject)}</a>`,
            ]),
          )
    }
    <h2>E-mail templates</h2>
    <nav>${templates.map((name) => `<a href="/dev/previews/${name}">${name}</a>`).join(' ')}</nav>`,
  );
}

export function previewPage(
  name: string,
  { subject, html, text }: { subject: string; html: string; text: string },
): string {
  return layout(
    name,
    `<nav><a href="/dev">Console</a></nav>
    <p>${escapeHtml(subject)}</p>
    <iframe title="The HTML part" sandbox srcdoc="${escapeHtml(html)}"></iframe>
    <h2>Text</h2>
    <pre>${escapeHtml(text)}</pre>`,
  );
}

export function emailPage({ id, to, subject, text, sent_at }: ShownEmail): string {
  return layout(
    subject,
    `<nav><a href="/dev">Console</a></nav>
    <p>To ${escapeHtml(String(to))}, ${escapeHtml(sent_at)}</p>
    <h2>HTML</h2>
    <iframe title="The e-mail's HTML part" sandbox src="/dev/emails/${encodeURIComponent(id)}/html"></iframe>
    <h2>Text</h2>
    <pre>${escapeHtml(text)}</pre>`,
  );
}

function table(head: string[], rows: string[][]): string {
  const cells = (tag: string, row: string[]) => `<tr>${row.map((cell) => `<${tag}>${cell}</${tag}>`).join('')}</tr>`;
  return `<table><thead>${cells('th', head)}</thead><tbody>${rows.map((row) => cells('td', row)).join('')}</tbody></table>`;
}

function layout(title: string, body: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(title)}</title>
<style>
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
  body { max-width: 64rem; margin: 2rem auto; padding: 0 1rem }
  nav { display: flex; flex-wrap: wrap; gap: 1rem } table { border-collapse: collapse; width: 100% }
  th, td { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent) }
  iframe { width: 100%; height: 32rem; border: 1px solid; background: white } pre { white-space: pre-wrap }
</style></head><body><main><h1>${escapeHtml(title)}</h1>${body}</main></body></html>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
