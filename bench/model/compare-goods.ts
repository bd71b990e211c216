import assert from 'node:assert/strict';
import type { Database } from '@app/database';
import type { Attempt, Model } from './model.js';
import type { World } from './world.js';

/** Once products has heard of everything: it holds what is not sent, and what came in is there or has left. */
export async function compareGoods(model: Model, { orders, products, productIds }: World): Promise<void> {
  for (const [ref, attempt] of model.attempts) compareHold(ref, attempt);
  assert.deepEqual(await drifting(products.database), [], 'products whose ledger does not add up');
  const levels = await products.database.query<{ stock: number }>(
    'SELECT stock_quantity AS stock FROM inventory ORDER BY product_id',
  );
  const [shipped, restocked] = [await shippedOf(orders.database), await restockedOf(orders.database)];
  const received = productIds.map(
    (id, product) => Number(levels[product]?.stock) + (shipped.get(id) ?? 0) - (restocked.get(id) ?? 0),
  );
  assert.deepEqual(received, model.stocked, 'stock + shipped - restocked, which is what came in');
}

function compareHold(ref: string, { hold, order }: Attempt): void {
  const isOver = !order || order.status === 'cancelled';
  const end = isOver ? 'released' : order.count('unsent') > 0 ? 'confirmed' : 'consumed';
  assert.equal(hold.status, end, `the hold of ${ref} in the end`);
  for (const { product, unsent, shipped, cancelled } of order?.lines ?? []) {
    const pieces = [hold.left(product), hold.consumed[product], hold.released[product]];
    assert.deepEqual(pieces, [unsent, shipped, cancelled], `what ${ref} holds of ${'ABC'.charAt(product)} in the end`);
  }
}

/** Pieces by product. */
type Counts = Map<number, number>;

async function shippedOf(database: Database): Promise<Counts> {
  const rows = await database.query<{ id: number; pieces: number }>(
    'SELECT product_id AS id, SUM(quantity_shipped) AS pieces FROM order_items GROUP BY product_id',
  );
  return new Map(rows.map(({ id, pieces }) => [id, Number(pieces)]));
}

async function restockedOf(database: Database): Promise<Counts> {
  const returns = await database.query<{ received: string }>(
    'SELECT received FROM order_returns WHERE received IS NOT NULL',
  );
  const lines = await database.query<{ line: number; product: number }>(
    'SELECT order_item_id AS line, product_id AS product FROM order_items',
  );
  const products = new Map(lines.map(({ line, product }) => [line, product]));
  const counts: Counts = new Map();
  for (const { order_item_id, quantity, restock } of returns.flatMap(
    ({ received }) => JSON.parse(received) as Found[],
  )) {
    const product = products.get(order_item_id) ?? 0;
    if (restock) counts.set(product, (counts.get(product) ?? 0) + quantity);
  }
  return counts;
}

interface Found {
  order_item_id: number;
  quantity: number;
  restock: boolean;
}

function drifting(database: Database): Promise<unknown[]> {
  return database.query(
    `SELECT i.product_id FROM inventory i
     LEFT JOIN (SELECT product_id, SUM(stock_delta) AS stock, SUM(reserved_delta) AS reserved
                FROM inventory_movements GROUP BY product_id) m ON m.product_id = i.product_id
     WHERE i.stock_quantity <> COALESCE(m.stock, 0) OR i.reserved_quantity <> COALESCE(m.reserved, 0)`,
  );
}
