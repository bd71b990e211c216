import { settle } from './load.js';
import type { ProofPlatform } from './platform.js';

/** The longest allowed delay of an event, including crashes. */
export const EVENT_DELAY_SECONDS = 90;

export interface OrdersAudit {
  orders: number;
  /** Acknowledged to a customer but not in the database. */
  lost: number;
  withoutEvent: number;
  eventsWithoutOrder: number;
  /** Published more than once, which consumers tolerate. */
  repeated: number;
  /** The delay of the slowest event, in seconds. */
  slowest: number;
}

/** Waits until everything is published, then compares acknowledged, stored and published orders. */
export async function auditOrders(platform: ProofPlatform, acknowledged: ReadonlySet<string>): Promise<OrdersAudit> {
  const { databases, wire } = platform;
  const unsent = () => databases.number('orders', 'SELECT COUNT(*) FROM outbox WHERE sent_at IS NULL');
  await settle(EVENT_DELAY_SECONDS * 1_000, unsent, (count) => count === 0);
  const rows = await databases.rows<{ order_ref: string }>('orders', 'SELECT order_ref FROM orders');
  const stored = new Set(rows.map(({ order_ref }) => order_ref));
  const events = (await wire.publishedEvents()).filter(({ event_type }) => event_type === 'order.created');
  const published = new Set(events.map(({ payload }) => (payload as { order_ref: string }).order_ref));
  return {
    orders: stored.size,
    lost: difference(acknowledged, stored),
    withoutEvent: difference(stored, published),
    eventsWithoutOrder: difference(published, stored),
    repeated: events.length - published.size,
    slowest: await databases.number(
      'orders',
      'SELECT COALESCE(MAX(TIMESTAMPDIFF(MICROSECOND, created_at, sent_at)), 0) / 1e6 FROM outbox',
    ),
  };
}

const difference = (all: ReadonlySet<string>, known: ReadonlySet<string>) =>
  [...all].filter((ref) => !known.has(ref)).length;
