import { DEMO_ADDRESSES, DEMO_ORDERS, type DemoOrder } from './demo-data.js';
import type { Inject } from './gateway/inject.js';
import { type Body, expectSuccess } from './seed-requests.js';

export interface DemoShop {
  orders: Inject;
  payments: Inject | undefined;
  /** Access tokens. */
  admin: string;
  customer: string;
  customerEmail: string;
}

interface Placed extends Body {
  order_id: number;
  status: string;
  customer_email: string;
  items: { order_item_id: number; product_id: number }[];
}

/**
 * Places missing demo orders, if nobody else has ordered, and takes the steps that they show. After an interrupted start
 * it goes on where that one stopped.
 */
export async function placeOrders(shop: DemoShop, { finished }: { finished: boolean }): Promise<void> {
  const present = await presentOrders(shop);
  if (finished && present.length > 0) return;
  if (!present.every(({ customer_email }) => customer_email === shop.customerEmail)) return;
  // More orders of this customer than the demo's are their own.
  if (present.length > DEMO_ORDERS.length) return;
  for (const demo of DEMO_ORDERS) {
    const known = present.find(({ items: [item] }) => item?.product_id === demo.product_id);
    if (known === undefined && present.length === DEMO_ORDERS.length) continue;
    await takeSteps(shop, demo, known ?? (await place(shop, demo)));
  }
}

async function presentOrders({ orders, admin }: DemoShop): Promise<Placed[]> {
  const url = `/orders?page_size=${DEMO_ORDERS.length + 1}`;
  const { body } = await orders({ method: 'GET', url, token: admin });
  return body['orders'] as Placed[];
}

async function place({ orders, payments, customer }: DemoShop, { product_id, quantity, shows }: DemoOrder) {
  const order = { items: [{ product_id, quantity }], shipping_address: DEMO_ADDRESSES[0] };
  const placed = (await expectSuccess(orders, '/orders', order, customer)) as Placed;
  // The payment provider may be away: then the payment waits for it.
  if (shows === 'payment') {
    const url = `/orders/${placed.order_id}/payments`;
    await payments?.({ method: 'POST', url, body: { method: 'card' }, token: customer });
  }
  return placed;
}

/** Each step that is not there yet. */
async function takeSteps(shop: DemoShop, { shows }: DemoOrder, { order_id, status, items }: Placed): Promise<void> {
  if (shows !== 'parcels' && shows !== 'returns') return;
  const { orders, admin, customer } = shop;
  const url = `/orders/${order_id}`;
  const piece = { order_item_id: items[0]?.order_item_id, quantity: 1 };
  if (status === 'pending') await orders({ method: 'PUT', url, body: { status: 'paid' }, token: admin });
  const prepared = { items: [piece], status: 'prepared' };
  const sent = { parcels: [{ carrier: 'DHL', tracking_number: 'JD0146' }] };
  await addUpTo(1, { service: orders, url, list: 'shipments', token: admin }, shows === 'parcels' ? prepared : sent);
  const asked = { items: [{ ...piece, reason: 'Too small' }] };
  if (shows === 'returns') await addUpTo(2, { service: orders, url, list: 'returns', token: customer }, asked);
}

async function addUpTo(
  count: number,
  { service, url, list, token }: { service: Inject; url: string; list: string; token: string },
  row: object,
): Promise<void> {
  const { body } = await service({ method: 'GET', url: `${url}/${list}`, token });
  const { length } = body[list] as Body[];
  for (let each = length; each < count; each += 1) await expectSuccess(service, `${url}/${list}`, row, token);
}
