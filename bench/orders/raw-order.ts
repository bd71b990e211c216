import { createHash, createHmac, randomUUID } from 'node:crypto';
import type { Pool, PoolConnection, ResultSetHeader, RowDataPacket } from 'mysql2/promise';
import { SQL } from './raw-sql.js';

export type RawPools = Record<'users' | 'products' | 'orders', Pool>;

interface Line {
  product_id: number;
  quantity: number;
}

interface SoldLine extends Line {
  sku: string;
  name: string;
  price: number;
  order_item_id?: number;
}

/** One order without a framework: the same statements in the same three transactions, and the same answer. */
export async function placeRaw(pools: RawPools, userId: number, key: string, items: Line[]): Promise<object> {
  const now = new Date();
  const lines = items.toSorted((a, b) => a.product_id - b.product_id);
  const keyHash = createHash('sha256').update(`${userId} POST /orders ${key}`).digest('hex');
  const [ref, lease] = [randomUUID(), randomUUID()];
  const fingerprint = createHmac('sha256', 'key').update(JSON.stringify(items)).digest('hex');
  await pools.orders.execute(SQL.claim, [keyHash, fingerprint, ref, lease, later(60_000), later(86_400_000)]);
  const [[user]] = await pools.users.execute<RowDataPacket[]>(SQL.user, [userId]);
  const sold = await inTransaction(pools.products, (tx) => reserve(tx, ref, lines, now));
  return inTransaction(pools.orders, async (tx) => {
    const order = await store(tx, { ref, user: user as RowDataPacket, sold, now });
    await tx.execute(SQL.answer, [JSON.stringify(order), `user:${userId}`, keyHash, lease]);
    return order;
  });
}

async function reserve(tx: PoolConnection, ref: string, lines: Line[], now: Date): Promise<SoldLine[]> {
  await tx.execute(SQL.reservation, [ref, 'held', later(300_000), now, now]);
  const ids = lines.map(({ product_id }) => product_id);
  const [offers] = await tx.execute<RowDataPacket[]>(SQL.offers(ids.length), ids);
  const sold = lines.map((line) => ({
    ...line,
    ...(offers.find(({ product_id }) => product_id === line.product_id) as unknown as SoldLine),
  }));
  const held = sold.flatMap(({ product_id, quantity, sku, name, price }) => [
    ref,
    product_id,
    quantity,
    sku,
    name,
    price,
  ]);
  await tx.execute(SQL.reservedItems(sold.length), held);
  const moved = sold.flatMap(({ product_id, quantity }) => [product_id, 0, quantity, 'order reserved', ref, null, now]);
  await tx.execute(SQL.movements(sold.length), moved);
  for (const { product_id, quantity } of sold) {
    const values = [0, quantity, now, product_id, quantity, -quantity, true];
    const [{ affectedRows }] = await tx.execute<ResultSetHeader>(SQL.reserve, values);
    if (affectedRows !== 1) throw new Error('There is not enough stock.');
  }
  await tx.execute(SQL.levels(ids.length), ids);
  return sold;
}

interface Placement {
  ref: string;
  user: RowDataPacket;
  sold: SoldLine[];
  now: Date;
}

async function store(tx: PoolConnection, { ref, user, sold, now }: Placement): Promise<object> {
  const total = sold.reduce((sum, { price, quantity }) => sum + price * quantity, 0);
  const { user_id, email, full_name } = user as unknown as { user_id: number; email: string; full_name: string };
  const row = [ref, user_id, email, full_name, 'pending', total, 'USD', null, now, now, 1];
  const [{ insertId: orderId }] = await tx.execute<ResultSetHeader>(SQL.order, row);
  const rows = sold.flatMap((l) => [orderId, l.product_id, l.sku, l.name, l.quantity, l.price, l.price * l.quantity]);
  const [{ insertId: firstItem }] = await tx.execute<ResultSetHeader>(SQL.items(sold.length), rows);
  await tx.execute(SQL.history, [orderId, 'pending', now, user_id]);
  await tx.execute(SQL.ref, [ref, 'placed', orderId, now]);
  const order = answer({ ref, user, sold, now }, { orderId, firstItem, total });
  const envelope = {
    event_id: randomUUID(),
    event_type: 'order.created',
    event_version: 1,
    occurred_at: now.toISOString(),
    produced_by: 'orders',
    aggregate_id: String(orderId),
    aggregate_version: 1,
    request_id: randomUUID(),
    traceparent: `00-${randomUUID().replaceAll('-', '')}-0000000000000001-01`,
    payload: { ...order, customer_name: full_name, previous_status: null },
  };
  await tx.execute(SQL.outbox, [envelope.event_id, 'topic', envelope.event_type, JSON.stringify(envelope), now, now]);
  return order;
}

function answer({ ref, user, sold, now }: Placement, { orderId, firstItem, total }: Record<string, number>): object {
  const at = now.toISOString();
  return {
    order_id: orderId,
    order_ref: ref,
    user_id: user['user_id'] as number,
    customer_email: user['email'] as string,
    status: 'pending',
    items: sold.map(({ product_id, sku, name, quantity, price }, index) => ({
      order_item_id: (firstItem ?? 0) + index,
      product_id,
      sku,
      name,
      quantity,
      price_at_order: money(price),
      line_total: money(price * quantity),
    })),
    order_total: money(total ?? 0),
    currency: 'USD',
    shipping_address: null,
    carrier: null,
    tracking_number: null,
    cancel_reason: null,
    allowed_transitions: ['cancelled'],
    history: [{ status: 'pending', at, by: user['user_id'] as number }],
    created_at: at,
    updated_at: at,
    version: 1,
  };
}

export async function inTransaction<T>(pool: Pool, work: (tx: PoolConnection) => Promise<T>): Promise<T> {
  const tx = await pool.getConnection();
  try {
    await tx.query('START TRANSACTION');
    const result = await work(tx);
    await tx.query('COMMIT');
    return result;
  } catch (error) {
    await tx.query('ROLLBACK');
    throw error;
  } finally {
    tx.release();
  }
}

const later = (ms: number) => new Date(Date.now() + ms);
const money = (minor: number) => (minor / 100).toFixed(2);
