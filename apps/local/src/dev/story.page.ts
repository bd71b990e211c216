import { html, type Html, page, table, time } from './html.js';
import type { Cost } from './order-costs.js';
import type { PartStep } from './part-steps.js';
import type { TrailStep } from './payment-trail.js';
import type { Story } from './stories.js';

export function storyPage(title: string, stories: readonly Story[]): string {
  return page(title, all(stories));
}

export interface OrderStory {
  costs: readonly Cost[];
  money: readonly TrailStep[];
  parts: readonly PartStep[];
  stories: readonly Story[];
}

export function orderPage(orderId: number, { costs, money, parts, stories }: OrderStory): string {
  const bill = costs.length > 0 ? charges(costs) : undefined;
  const paid = money.length > 0 ? payments(orderId, money) : undefined;
  const moved = parts.length > 0 ? pieces(parts) : undefined;
  return page(`Order ${orderId}`, html`${bill} ${paid} ${moved} ${all(stories)}`);
}

function all(stories: readonly Story[]): Html {
  if (stories.length === 0) return html`<p>Nothing is known of it (sent events are kept for 7 days).</p>`;
  return html`${stories.map(story)}`;
}

function charges(costs: readonly Cost[]): Html {
  return table(
    'What it was charged',
    ['What', 'Detail', 'Amount'],
    costs.map(({ what, detail, amount }) => [what, detail, amount]),
  );
}

function payments(orderId: number, money: readonly TrailStep[]): Html {
  return html`<h2>Payments</h2>
    <p><a href="/dev/payments?order_id=${orderId}">Its payments, and the buyer's part</a></p>
    ${table(
      "The way of the order's money",
      ['When', 'Step', 'What', 'Detail', 'Request'],
      money.map(({ at, kind, what, detail, requestId }) => [
        time(at),
        kind,
        what,
        detail,
        requestId === undefined ? 'before this start' : requestLink(requestId),
      ]),
    )}`;
}

function pieces(parts: readonly PartStep[]): Html {
  return html`<h2>Shipments, cancellations and returns</h2>
    ${table(
      "The way of the order's pieces",
      ['When', 'Part', 'Step', 'Pieces', 'Detail', 'Request'],
      parts.map(({ at, part, what, pieces, detail, requestId }) => [
        time(at),
        part,
        what,
        pieces,
        detail,
        requestId === undefined ? 'no event tells' : requestLink(requestId),
      ]),
    )}`;
}

const requestLink = (id: string) => html`<a href="/dev/requests/${encodeURIComponent(id)}">${id}</a>`;

function story({ requestId, hops }: Story): Html {
  return html`<section aria-label="Request ${requestId}">
    <h2>Request ${requestLink(requestId)}</h2>
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
