import type { ServiceName } from '../../../apps/manifests.js';
import type { Databases } from './databases.js';

/** As many rows as a recursive query of MySQL makes. */
const BATCH = 1_000;

/** Adds copies of an order and of its payment, which no provider knows yet, as if they had been made one by one. */
export async function copyOrder(databases: Databases, orderId: number, copies: number): Promise<void> {
  for (let left = copies; left > 0; left -= BATCH) {
    const numbers = `(WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < ${Math.min(left, BATCH)})
      SELECT i FROM n) AS numbers`;
    await copyRows(databases, { service: 'orders', table: 'orders', id: 'order_id' }, { order_ref: 'UUID()' }, [
      `FROM orders t CROSS JOIN ${numbers} WHERE t.order_id = ?`,
      [orderId],
    ]);
  }
  await copyRows(
    databases,
    { service: 'orders', table: 'order_items', id: 'order_item_id' },
    { order_id: 'o.order_id' },
    ['FROM order_items t JOIN orders o ON o.order_id > ? WHERE t.order_id = ?', [orderId, orderId]],
  );
  await copyPayments(databases, orderId);
}

/** The services' databases are one server's. */
async function copyPayments(databases: Databases, orderId: number): Promise<void> {
  const orders = await databases.rows<{ order_id: number; order_ref: string }>(
    'orders',
    'SELECT order_id, order_ref FROM orders WHERE order_id > ?',
    [orderId],
  );
  const own = { order_id: 'c.order_id', open_order_id: 'c.order_id', order_ref: 'c.order_ref', payment_ref: 'UUID()' };
  // Nobody looks after it by itself: its provider has yet to tell of it.
  const unsent = { provider_ref: 'NULL', client_secret: 'NULL', next_check_at: 'NULL' };
  while (orders.length > 0) {
    const copies = `JSON_TABLE(?, '$[*]' COLUMNS (order_id INT PATH '$.order_id', order_ref VARCHAR(36) PATH '$.order_ref')) AS c`;
    await copyRows(databases, { service: 'payments', table: 'payments', id: 'payment_id' }, { ...own, ...unsent }, [
      `FROM payments t CROSS JOIN ${copies} WHERE t.order_id = ?`,
      [JSON.stringify(orders.splice(0, BATCH)), orderId],
    ]);
  }
}

/** Copies the rows `t` of `from`, but for their id and the columns that have an expression of their own. */
async function copyRows(
  databases: Databases,
  { service, table, id }: { service: ServiceName; table: string; id: string },
  own: Record<string, string>,
  [from, values]: [sql: string, values: unknown[]],
): Promise<void> {
  const sql =
    'SELECT column_name AS name FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = ?';
  const columns = (await databases.rows<{ name: string }>(service, sql, [table])).map(({ name }) => name);
  const copied = columns.filter((name) => name !== id);
  const selected = copied.map((name) => own[name] ?? `t.${name}`);
  await databases.change(
    service,
    `INSERT INTO ${table} (${copied.join(', ')}) SELECT ${selected.join(', ')} ${from}`,
    values,
  );
}
