import { type GuestsOrder, guestsOrder } from './carts.js';
import type { World } from './world.js';

/** What it takes to make an order and its parts. */
type Shop = Pick<World, 'client' | 'product' | 'admin'>;

/** A new order with the parts that a route needs. */
export interface Parts extends Partial<Pick<GuestsOrder, 'order_token'>> {
  order_id: number;
  order_item_id: number;
  shipment_id: number;
  return_id: number;
}

/** What happens to an order before a route is called; each step includes those before it. */
const STEPS = ['placed', 'paid', 'packed', 'shipped', 'requested', 'approved', 'received'] as const;
type Step = (typeof STEPS)[number];

/** How far an order must be for a route about its parts. */
const NEEDED: readonly (readonly [route: RegExp, step: Step])[] = [
  [/^POST .*\/cancellations$/, 'placed'],
  [/^POST .*\/shipments$/, 'paid'],
  [/\/shipments\/\{shipment_id\}/, 'packed'],
  [/^POST \/orders\/.*\/returns$/, 'shipped'],
  [/\/receive$/, 'approved'],
  [/\/settle$/, 'received'],
  [/\/returns\/\{return_id\}/, 'requested'],
];

/** Creates the order of a route about parts, for a customer or a guest; undefined for other routes. */
export async function partsFor(world: World, route: string, token: string | undefined): Promise<Parts | undefined> {
  const [, step] = NEEDED.find(([known]) => known.test(route)) ?? [];
  return step && takenTo(world, step, token);
}

export async function takenTo(world: Shop, step: Step, token: string | undefined): Promise<Parts> {
  const { client, product } = world;
  const placed =
    token === undefined
      ? await guestsOrder(client, product)
      : ((await client.order(token, [[{ product_id: product }, 2]])).body as GuestsOrder);
  const { order_id, order_token } = placed;
  const staff = async (method: string, path: string, json: object = {}) => {
    const answer = await client.call(method, path, { token: world.admin, body: json });
    if (answer.status >= 300) throw new Error(`${method} ${path} answered ${answer.status}: ${answer.text}`);
    return answer.body as Record<string, unknown>;
  };
  const reaches = (wanted: Step) => STEPS.indexOf(step) >= STEPS.indexOf(wanted);
  const { items } = (await client.call('GET', `/orders/${order_id}`, { token: world.admin })).body as {
    items: { order_item_id: number }[];
  };
  const order_item_id = Number(items[0]?.order_item_id);
  const parts: Parts = {
    order_id,
    order_item_id,
    shipment_id: 0,
    return_id: 0,
    ...(token === undefined && { order_token }),
  };
  const pieces = [{ order_item_id, quantity: 1 }];
  if (reaches('paid')) await staff('PUT', `/orders/${order_id}`, { status: 'paid' });
  if (reaches('packed')) {
    const status = reaches('shipped') ? 'shipped' : 'prepared';
    const parcels = [{ carrier: 'DHL', tracking_number: 'JD0146' }];
    parts.shipment_id = Number(
      (await staff('POST', `/orders/${order_id}/shipments`, { status, parcels }))['shipment_id'],
    );
  }
  if (reaches('requested')) {
    parts.return_id = Number((await staff('POST', `/orders/${order_id}/returns`, { items: pieces }))['return_id']);
  }
  const returned = `/returns/${parts.return_id}`;
  if (reaches('approved')) await staff('POST', `${returned}/approve`);
  if (reaches('received'))
    await staff('POST', `${returned}/receive`, { items: pieces.map((each) => ({ ...each, condition: 'damaged' })) });
  return parts;
}
