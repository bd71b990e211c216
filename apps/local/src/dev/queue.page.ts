import { html, type Html, page } from './html.js';

export interface ShownMessage {
  id: string;
  state: 'waiting' | 'delayed' | 'in work';
  sentAt: Date;
  receives: number;
  body: string;
}

export interface ShownQueue {
  name: string;
  total: number;
  /** At most a hundred. */
  messages: ShownMessage[];
  /** Whether messages can be moved back, as for dead letters. */
  redrivable: boolean;
}

export function queuePage({ name, total, messages, redrivable }: ShownQueue): string {
  const redrive = html`<form method="post" action="/dev/queues/${encodeURIComponent(name)}/redrive">
    <button>Move all ${total} back to their queue</button>
  </form>`;
  return page(
    name,
    html`<p role="status">
        ${total === 1 ? '1 message' : `${total} messages`}${total > messages.length ? `, ${messages.length} of them below` : ''}.
      </p>
      ${redrivable && total > 0 ? redrive : undefined}
      ${messages.map((shown) => message(shown, redrivable ? name : undefined))}`,
  );
}

/** `from` is the dead-letter queue, if the message can be moved back. */
function message({ id, state, sentAt, receives, body }: ShownMessage, from: string | undefined): Html {
  return html`<section aria-label="Message ${id}">
    <h2>${id}</h2>
    <p>${state}, sent ${sentAt.toISOString()}, received ${receives} times</p>
    ${from === undefined ? undefined : moveBack(from, id)}
    <pre>${pretty(body)}</pre>
  </section>`;
}

function moveBack(queue: string, id: string): Html {
  const action = `/dev/queues/${encodeURIComponent(queue)}/messages/${encodeURIComponent(id)}/redrive`;
  return html`<form method="post" action="${action}">
    <button>Move this one back to its queue</button>
  </form>`;
}

function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
