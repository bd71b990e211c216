import { html, type Html, page, table, time } from './html.js';
import type { ShownEmail } from './mail.pages.js';
import type { StoredEvent } from './stories.js';

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
  /** The newest events; undefined if the console has no databases. */
  events: StoredEvent[] | undefined;
}

export function devPage({ emails, queues, templates, events }: Console): string {
  return page(
    'Console',
    html`${events && orders(events)}
      <h2>Queues</h2>
      ${table(
        'Messages by queue',
        ['Queue', 'Waiting', 'Delayed', 'In work'],
        queues.map(({ name, ready, delayed, in_flight }) => [
          html`<a href="/dev/queues/${encodeURIComponent(name)}">${name}</a>`,
          ready,
          delayed,
          in_flight,
        ]),
      )}
      <h2>Mailbox</h2>
      ${mailbox(emails)}
      <h2>E-mail templates</h2>
      <nav aria-label="E-mail templates">
        <ul>
          ${templates.map((name) => html`<li><a href="/dev/previews/${encodeURIComponent(name)}">${name}</a></li>`)}
        </ul>
      </nav>`,
  );
}

function orders(events: StoredEvent[]): Html {
  return html`<h2>Orders</h2>
    <form action="/dev/orders" method="get">
      <label>Order number <input name="order_id" inputmode="numeric" pattern="[0-9]+" required /></label>
      <button>Show its story</button>
    </form>
    ${
      events.length === 0
        ? html`<p>No order yet.</p>`
        : table(
            'Newest events about orders',
            ['When', 'Event', 'Order', 'Request'],
            events.map(({ at, event_type, aggregate_id, request_id }) => [
              time(at),
              event_type,
              html`<a href="/dev/orders/${encodeURIComponent(aggregate_id)}">order ${aggregate_id}</a>`,
              html`<a href="/dev/requests/${encodeURIComponent(request_id)}">${request_id}</a>`,
            ]),
          )
    }`;
}

function mailbox(emails: ShownEmail[]): Html {
  if (emails.length === 0) return html`<p>No e-mail yet: register a user or place an order.</p>`;
  return table(
    'The newest e-mails',
    ['Sent', 'To', 'Subject'],
    emails.map(({ id, sent_at, to, subject }) => [
      sent_at,
      String(to),
      html`<a href="/dev/emails/${encodeURIComponent(id)}">${subject}</a>`,
    ]),
  );
}
