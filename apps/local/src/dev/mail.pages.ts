import { html, page } from './html.js';

/** An e-mail for the console. */
export interface ShownEmail {
  id: string;
  to: string[] | string;
  subject: string;
  html: string;
  text: string;
  sent_at: string;
}

/** In its frame, an e-mail may only open links in new tabs: no scripts, no forms, no navigation of the console. */
export const FRAME_RIGHTS = 'allow-popups allow-popups-to-escape-sandbox';

/** An e-mail's HTML part with links that open in a new tab, since most sites refuse to be framed. */
export function framed(part: string): string {
  return part.replace(/^(\s*<!doctype[^>]*>)?/i, (doctype) => `${doctype}<base target="_blank">`);
}

export function emailPage(email: ShownEmail): string {
  const { id, to, subject, text, sent_at } = email;
  return page(
    subject,
    html`<p>To ${String(to)}, ${sent_at}</p>
      <h2>HTML</h2>
      <iframe
        title="The e-mail's HTML part"
        sandbox="${FRAME_RIGHTS}"
        src="/dev/emails/${encodeURIComponent(id)}/html"
      ></iframe>
      <h2>Text</h2>
      <pre>${text}</pre>
      <h2>Source</h2>
      <details>
        <summary>The e-mail as it was taken</summary>
        <pre>${JSON.stringify(email, null, 2)}</pre>
        <h3>Source of the HTML part</h3>
        <pre>${email.html}</pre>
      </details>`,
  );
}

export function previewPage(name: string, rendered: { subject: string; html: string; text: string }): string {
  return page(
    name,
    html`<p>${rendered.subject}</p>
      <iframe title="The HTML part" sandbox="${FRAME_RIGHTS}" srcdoc="${framed(rendered.html)}"></iframe>
      <h2>Text</h2>
      <pre>${rendered.text}</pre>`,
  );
}
