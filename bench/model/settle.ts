import assert from 'node:assert/strict';
import type { Model } from './model.js';
import type { Message, World } from './world.js';

const HOUR_MS = 3_600_000;

/** Everybody does their work once, and an hour passes. */
export async function settle(model: Model, world: World): Promise<void> {
  const { orders, products, money } = world;
  for (const sweep of ['reconciliation', 'events', 'checks', 'refunds'] as const) {
    await money.during(undefined, ({ sweepers }) => sweepers[sweep].sweep());
  }
  await Promise.all([orders.relay.sweep(), money.relay.sweep()]);
  for (const message of world.queue.splice(0)) await deliverSurely(model, world, message);
  world.clock.advance(HOUR_MS);
  model.now = world.clock.now().getTime();
  await money.bank.look();
  await products.sweeper.sweep();
  model.sweep(undefined);
}

export async function deliverSurely(model: Model, world: World, message: Message): Promise<void> {
  assert.ok(await world.deliver(message), `whether ${message.to} can handle ${message.event.event_type}`);
  model.handle(message);
}

/** The work of payments that waits for nobody but itself. */
export async function unfinished({ queue, clock, orders, money }: World): Promise<unknown[]> {
  const caughtUp = new Date(clock.now().getTime() - 2 * HOUR_MS);
  const rows = await Promise.all([
    orders.database.query("SELECT 'event of orders' AS what, id FROM outbox WHERE due_at IS NOT NULL"),
    money.database.query("SELECT 'event of payments' AS what, id FROM outbox WHERE due_at IS NOT NULL"),
    money.database.query(
      "SELECT 'event of the provider' AS what, id FROM provider_events WHERE next_try_at IS NOT NULL",
    ),
    money.database.query("SELECT 'refund' AS what, refund_id FROM refunds WHERE next_try_at IS NOT NULL"),
    money.database.query(
      "SELECT 'payment' AS what, payment_id FROM payments WHERE next_check_at IS NOT NULL AND open_order_id IS NULL",
    ),
    money.database.query("SELECT 'reconciliation' AS what FROM provider_cursors WHERE events_until < ?", [caughtUp]),
  ]);
  return [...queue, ...rows.flat()];
}
