import assert from 'node:assert/strict';
import type { Database } from '@app/database';
import { compareMoney } from './compare-money.js';
import type { Attempt, Model } from './model.js';
import { settle, unfinished } from './settle.js';
import type { World } from './world.js';

/** Each round is longer than any backoff, lease or hold, so that few are needed. */
const ROUNDS = 5;
/** What is late by days takes longer. */
const MOST_ROUNDS = 60;

/** The databases must agree with the model. */
export async function compare(model: Model, { orders, products, money, productIds }: World): Promise<void> {
  const levels = await products.database.query<{ stock: number; reserved: number }>(
    'SELECT stock_quantity AS stock, reserved_quantity AS reserved FROM inventory ORDER BY product_id',
  );
  assert.deepEqual(
    levels.map(({ stock, reserved }) => ({ stock: Number(stock), reserved: Number(reserved) })),
    productIds.map((_, product) => ({ stock: model.stock[product], reserved: model.reserved(product) })),
    'stock and reservations',
  );
  const attempts = [...model.attempts];
  const placed = attempts.flatMap(([ref, { order }]) =>
    order ? [`${ref} ${order.status} ${order.paymentStatus}`] : [],
  );
  assert.deepEqual(await states(orders.database, 'orders', 'payment_status'), placed.sort(), 'orders');
  const holds = attempts.map(([ref, { hold }]) => `${ref} ${hold}`);
  assert.deepEqual(await states(products.database, 'reservations'), holds.sort(), 'holds');
  assert.deepEqual(await money.database.query(TWO_OPEN), [], 'orders with several open payments');
}

/** Lets time pass until all work is done; then orders, events, holds and the ledger must agree. */
export async function compareInTheEnd(model: Model, world: World): Promise<void> {
  for (let round = 0; round < ROUNDS || (await unfinished(world)).length > 0; round++) {
    if (round === MOST_ROUNDS) assert.deepEqual(await unfinished(world), [], 'what is left to do in the end');
    await settle(model, world);
  }
  await compare(model, world);
  for (const [ref, attempt] of model.attempts) {
    assert.equal(attempt.hold, holdInTheEnd(attempt), `the hold of ${ref} in the end`);
  }
  const eventIds = new Set(
    world.published
      .filter(({ event_type }) => isStep(event_type))
      .map(({ aggregate_id, aggregate_version }) => `${aggregate_id} ${aggregate_version}`),
  );
  const steps = await world.orders.database.query('SELECT order_id FROM order_history');
  assert.equal(eventIds.size, steps.length, 'events, one for every step of every order');
  assert.deepEqual(await contradicting(world.orders.database), [], 'orders whose facts contradict their status');
  assert.deepEqual(await drifting(world.products.database), [], 'products whose ledger does not add up');
  await compareMoney(model, world);
}

const TWO_OPEN = `SELECT order_id FROM payments
  WHERE status IN ('created', 'requires_action', 'processing', 'failed', 'authorized') GROUP BY order_id HAVING COUNT(*) > 1`;

/** Whether an event of an order tells of a step, each of which has one. */
const isStep = (type: string) => type.startsWith('order.') && type !== 'order.refunded';

function holdInTheEnd({ order }: Attempt): Attempt['hold'] {
  if (!order || order.status === 'cancelled') return 'released';
  return order.status === 'shipped' || order.status === 'completed' ? 'consumed' : 'confirmed';
}

async function states(database: Database, table: string, ...more: string[]): Promise<string[]> {
  const columns = ['order_ref', 'status', ...more];
  const rows = await database.query<Record<string, string>>(`SELECT ${columns.join(', ')} FROM ${table}`);
  return rows.map((row) => columns.map((column) => row[column]).join(' ')).sort();
}

/** Orders whose total is not the sum of its parts, or whose money or pieces are not where the status says. */
function contradicting(database: Database): Promise<unknown[]> {
  return database.query(
    `SELECT o.order_id FROM orders o
     JOIN (SELECT order_id, SUM(line_total) AS total, SUM(quantity) AS pieces, SUM(quantity_shipped) AS shipped,
             SUM(quantity_cancelled) AS cancelled
           FROM order_items GROUP BY order_id) l ON l.order_id = o.order_id
     WHERE o.order_total <> l.total + o.shipping_total + o.tax_total
       OR (o.status IN ('paid', 'shipped', 'completed') AND o.amount_paid + o.amount_authorized < o.order_total)
       OR (o.status = 'pending' AND o.amount_paid <> 0)
       OR l.shipped <> CASE WHEN o.status IN ('shipped', 'completed') THEN l.pieces ELSE 0 END
       OR l.cancelled <> CASE WHEN o.status = 'cancelled' THEN l.pieces ELSE 0 END`,
  );
}

function drifting(database: Database): Promise<unknown[]> {
  return database.query(
    `SELECT i.product_id FROM inventory i
     LEFT JOIN (SELECT product_id, SUM(stock_delta) AS stock, SUM(reserved_delta) AS reserved
                FROM inventory_movements GROUP BY product_id) m ON m.product_id = i.product_id
     WHERE i.stock_quantity <> COALESCE(m.stock, 0) OR i.reserved_quantity <> COALESCE(m.reserved, 0)`,
  );
}
