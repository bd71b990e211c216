import { createHash, createHmac, randomUUID } from 'node:crypto';
import type { Pool, PoolConnection, ResultSetHeader } from 'mysql2/promise';
import { inTransaction, later } from './raw-database.js';
import type { Line, SoldLine } from './raw-reserve.js';
import { SQL } from './raw-sql.js';

export interface Customer {
  user_id: number;
  email: string;
  email_verified: number;
  full_name: string;
}

/** The other services: over HTTP, or as functions of the same process. */
export interface Neighbours {
  customer(userId: number): Promise<Customer>;
  reserve(ref: string, lines: Line[]): Promise<SoldLine[]>;
}

/** Places one order without a framework: same statements, same transactions, same response. */
export async function placeRaw(
  pool: Pool,
  neighbours: Neighbours,
  { userId, key, items }: { userId: number; key: string; items: Line[] },
): Promise<object> {
  const lines = items.toSorted((a, b) => a.product_id - b.product_id);
  const keyHash = createHash('sha256').update(`${userId} POST /orders ${key}`).digest('hex');
  const [ref, lease] = [randomUUID(), randomUUID()];
  const fingerprint = createHmac('sha256', 'key').update(JSON.stringify(items)).digest('hex');
  await pool.execute(SQL.claim, [keyHash, fingerprint, ref, lease, later(60_000), later(86_400_000)]);
  const customer = await neighbours.customer(userId);
  const sold = await neighbours.reserve(ref, lines);
  return inTransaction(pool, async (tx) => {
    const order = await store(tx, { ref, customer, sold, now: new Date() });
    await tx.execute(SQL.answer, [JSON.stringify(order), `user:${userId}`, keyHash, lease]);
    return order;
  });
}

interface Placement {
  ref: string;
  customer: Customer;
  sold: SoldLine[];
  now: Date;
}

async function store(tx: PoolConnection, { ref, customer, sold, now }: Placement): Promise<object> {
  const total = sold.reduce((sum, { price, quantity }) => sum + price * quantity, 0);
  const { user_id, email, full_name, email_verified } = customer;
  const state = ['pending', 'unpaid', 'unfulfilled'];
  const amounts = [total, 0, 0, 0, false, null, null, total, 0, 0];
  const details = [null, null, null, null];
  const row = [ref, user_id, email, full_name, email_verified, ...state, ...amounts, 'USD', ...details, now, now, 1];
  const [{ insertId: orderId }] = await tx.execute<ResultSetHeader>(SQL.order, row);
  const rows = sold.flatMap(({ product_id, sku, name, quantity, price }) => [
    ...[orderId, product_id, sku, name, quantity, price],
    ...[0, price * quantity, 0, 0, 0, 0, 0],
  ]);
  const [{ insertId: firstItem }] = await tx.execute<ResultSetHeader>(SQL.items(sold.length), rows);
  await tx.execute(SQL.history, [orderId, 'pending', now, user_id]);
  await tx.execute(SQL.ref, [ref, 'placed', orderId, now]);
  const order = answer({ ref, customer, sold, now }, { orderId, firstItem, total });
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
    payload: {
      ...order,
      customer_name: full_name,
      customer_email_verified: email_verified === 1,
      previous_status: null,
    },
  };
  await tx.execute(SQL.outbox, [envelope.event_id, 'topic', envelope.event_type, JSON.stringify(envelope), now, now]);
  return order;
}

function answer(
  { ref, customer, sold, now }: Placement,
  { orderId, firstItem, total }: Record<string, number>,
): object {
  const at = now.toISOString();
  return {
    order_id: orderId,
    order_ref: ref,
    user_id: customer.user_id,
    customer_email: customer.email,
    status: 'pending',
    payment_status: 'unpaid',
    fulfilment_status: 'unfulfilled',
    items: sold.map(({ product_id, sku, name, quantity, price }, index) => ({
      order_item_id: (firstItem ?? 0) + index,
      product_id,
      sku,
      name,
      quantity,
      price_at_order: money(price),
      discount_total: money(0),
      line_total: money(price * quantity),
      tax_rate: '0',
      tax_total: money(0),
      quantity_shipped: 0,
      quantity_cancelled: 0,
      quantity_returned: 0,
      quantity_open: quantity,
    })),
    ...amounts(total ?? 0),
    prices_include_tax: false,
    tax_lines: [],
    currency: 'USD',
    shipping_address: null,
    billing_address: null,
    note: null,
    locale: null,
    shipping_method: null,
    cart_id: null,
    carrier: null,
    tracking_number: null,
    cancel_reason: null,
    allowed_transitions: ['cancelled'],
    history: [{ status: 'pending', at, by: customer.user_id }],
    created_at: at,
    updated_at: at,
    version: 1,
  };
}

function amounts(total: number): object {
  return {
    items_total: money(total),
    discount_total: money(0),
    shipping_total: money(0),
    tax_total: money(0),
    order_total: money(total),
    amount_paid: money(0),
    amount_refunded: money(0),
    amount_due: money(total),
  };
}

const money = (minor: number) => (minor / 100).toFixed(2);
