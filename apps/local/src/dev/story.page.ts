import { html, type Html, page, time } from './html.js';
import type { Story } from './stories.js';

export function storyPage(title: string, stories: readonly Story[]): string {
  const body =
    stories.length === 0 ? html`<p>Nothing is known of it (sent events are kept for 7 days).</p>` : stories.map(story);
  return page(title, html`${body}`);
}

function story({ requestId, hops }: Story): Html {
  return html`<section aria-label="Request ${requestId}">
    <h2>Request <a href="/dev/requests/${encodeURIComponent(requestId)}">${requestId}</a></h2>
    <ol class="timeline">
      ${hops.map(
        ({ at, kind, service, what, detail }) =>
          html`<li data-kind="${kind}" data-service="${service}">
            ${time(at)} <span class="kind">${kind}</span> in ${service}: ${what} <span class="detail">${detail}</span>
          </li> `,
      )}
    </ol>
  </section>`;
}
