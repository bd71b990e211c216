import assert from 'node:assert/strict';
import type { Database } from '@app/database';
import { compareEvents } from './compare-events.js';
import { compareGoods } from './compare-goods.js';
import { compareMoney } from './compare-money.js';
import { compareParts } from './compare-parts.js';
import type { Model, Placed } from './model.js';
import type { ModelHold } from './model-hold.js';
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
  const placed = model.orders.flatMap((each) => orderRows(each, productIds));
  assert.deepEqual(await rows(orders.database, ORDERS), placed.sort(), 'orders and their lines');
  const holds = [...model.attempts].flatMap(([ref, { hold }]) => holdRows(ref, hold, productIds));
  assert.deepEqual(await rows(products.database, HOLDS), holds.sort(), 'holds and their lines');
  assert.deepEqual(await money.database.query(TWO_OPEN), [], 'orders with several open payments');
}

/** Lets time pass until all work is done; then orders, their parts, events, holds and the ledgers must agree. */
export async function compareInTheEnd(model: Model, world: World): Promise<void> {
  for (let round = 0; round < ROUNDS || (await unfinished(world)).length > 0; round++) {
    if (round === MOST_ROUNDS) assert.deepEqual(await unfinished(world), [], 'what is left to do in the end');
    await settle(model, world);
  }
  await compare(model, world);
  for (const each of model.orders) await compareParts(each, world);
  await compareEvents(model, world);
  assert.deepEqual(await contradicting(world.orders.database), [], 'orders whose facts contradict their status');
  await compareGoods(model, world);
  await compareMoney(model, world);
}

/** One row for each line of an order. */
const ORDERS = `SELECT o.order_ref, o.status, o.fulfilment_status, o.payment_status, o.amount_paid, o.amount_refunded,
    o.amount_disputed, o.credited_total, i.product_id, i.quantity, i.quantity_prepared, i.quantity_shipped,
    i.quantity_cancelled, i.quantity_returned
  FROM orders o JOIN order_items i ON i.order_id = o.order_id`;

function orderRows({ ref, order }: Placed, productIds: readonly number[]): string[] {
  const { status, fulfilmentStatus, paymentStatus, money, credited } = order;
  const whole = [ref, status, fulfilmentStatus, paymentStatus, money.paid, money.refunded, money.disputed, credited];
  return order.lines.map(({ product, quantity, prepared, shipped, cancelled, returned }) =>
    [...whole, productIds[product], quantity, prepared, shipped, cancelled, returned].join(' '),
  );
}

/** One row for each line of a reservation. */
const HOLDS = `SELECT r.order_ref, r.status, i.product_id, i.quantity, i.quantity_consumed, i.quantity_released
  FROM reservations r LEFT JOIN reservation_items i ON i.order_ref = r.order_ref`;

function holdRows(ref: string, hold: ModelHold, productIds: readonly number[]): string[] {
  const { status, basket, consumed, released } = hold;
  return basket.flatMap((quantity, product) =>
    quantity > 0 ? [[ref, status, productIds[product], quantity, consumed[product], released[product]].join(' ')] : [],
  );
}

async function rows(database: Database, sql: string): Promise<string[]> {
  return (await database.query<object>(sql)).map((row) => Object.values(row).join(' ')).sort();
}

const TWO_OPEN = `SELECT order_id FROM payments
  WHERE status IN ('created', 'requires_action', 'processing', 'failed', 'authorized') GROUP BY order_id HAVING COUNT(*) > 1`;

/** Orders whose total is not the sum of its parts, or whose money is not where the status says. */
function contradicting(database: Database): Promise<unknown[]> {
  return database.query(
    `SELECT o.order_id FROM orders o
     JOIN (SELECT order_id, SUM(line_total) AS total FROM order_items GROUP BY order_id) l ON l.order_id = o.order_id
     WHERE o.order_total <> l.total + o.shipping_total + o.tax_total
       OR (o.status IN ('paid', 'shipped', 'completed')
         AND o.amount_paid + o.amount_authorized < o.order_total - o.credited_total)
       OR (o.status = 'pending' AND o.amount_paid <> 0)`,
  );
}
