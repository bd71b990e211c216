import assert from 'node:assert/strict';
import { type Client, unique } from '../support/client.js';
import type { HostileRow } from './row.js';
import type { WireRequest } from './wire.js';
import type { World } from './world.js';

const group = 'carts';

/** A guest's cart, and the token that proves it. */
export interface GuestsCart {
  cart_id: string;
  cart_token: string;
}

/** Begins a guest's cart. */
export async function guestsCart(client: Client): Promise<GuestsCart> {
  const { status, body, text } = await client.call('POST', '/carts');
  if (status !== 201) throw new Error(`beginning a cart answered ${status}: ${text}`);
  return body as GuestsCart;
}

/** Returns a customer's open cart. */
export async function cartOf(client: Client, token: string): Promise<Pick<GuestsCart, 'cart_id'>> {
  const { status, body, text } = await client.call('POST', '/carts', { token });
  if (status > 201) throw new Error(`opening a cart answered ${status}: ${text}`);
  return body as GuestsCart;
}

/** A guest's order, and the token that proves it. */
export interface GuestsOrder {
  order_id: number;
  order_token: string;
  /** A payment of it that waits for its buyer. */
  payment_id: number;
}

/** A cart that may be checked out at this version; a guest's with its token, else the customer's. */
export type FilledCart = Pick<GuestsCart, 'cart_id'> & Partial<GuestsCart> & { version: number };

/** Puts a piece into a new guest's cart, or into the open cart of a customer. */
export async function filledCart(client: Client, product: number, token?: string): Promise<FilledCart> {
  const cart =
    token === undefined ? await guestsCart(client) : { ...(await cartOf(client, token)), cart_token: undefined };
  const who = cart.cart_token === undefined ? { token: token ?? '' } : asGuest({ cart_token: cart.cart_token });
  const path = `/carts/${cart.cart_id}`;
  await client.call('PUT', `${path}/items/${product}`, { ...who, body: { quantity: 1 } });
  const email = unique('guest-') + '@example.com';
  const { body } = await client.call('PUT', path, { ...who, body: { email } });
  return {
    cart_id: cart.cart_id,
    ...(cart.cart_token !== undefined && { cart_token: cart.cart_token }),
    version: body.version,
  };
}

/** Places a guest's order, and begins to pay it. */
export async function guestsOrder(client: Client, product: number): Promise<GuestsOrder> {
  const { cart_id, cart_token = '', version } = await filledCart(client, product);
  const answer = await client.call('POST', `/carts/${cart_id}/checkout`, {
    ...asGuest({ cart_token }),
    body: { version },
  });
  if (answer.status !== 201) throw new Error(`checking out a cart answered ${answer.status}: ${answer.text}`);
  const { order_id, order_token } = answer.body as Omit<GuestsOrder, 'payment_id'>;
  const payment = await client.call('POST', `/orders/${order_id}/payments`, {
    headers: { 'order-token': order_token },
    body: { method: 'card' },
  });
  if (payment.status !== 201) throw new Error(`paying as a guest answered ${payment.status}: ${payment.text}`);
  return { order_id, order_token, payment_id: Number(payment.body.payment_id) };
}

const asGuest = ({ cart_token }: Pick<GuestsCart, 'cart_token'>) => ({ headers: { 'cart-token': cart_token } });

type Attempt = [name: string, status: number, request: (world: World) => WireRequest | Promise<WireRequest>];

const read = ({ guest }: World, headers: Record<string, string>): WireRequest => ({
  method: 'GET',
  path: `/carts/${guest.cart_id}`,
  headers,
});

const TOKENS: Attempt[] = [
  ['no token', 401, (world) => read(world, {})],
  ['an empty token', 401, (world) => read(world, { 'cart-token': '' })],
  ['the token of another cart', 404, (world) => read(world, { 'cart-token': world.otherGuest.cart_token })],
  [
    'the token of another cart and its own',
    404,
    (world) => read(world, { 'cart-token': `${world.otherGuest.cart_token}, ${world.guest.cart_token}` }),
  ],
  ['the beginning of its token', 404, (world) => read(world, { 'cart-token': world.guest.cart_token.slice(0, -1) })],
  ['its token in other letters', 404, (world) => read(world, { 'cart-token': world.guest.cart_token.toUpperCase() })],
  ['its id for a token', 404, (world) => read(world, { 'cart-token': world.guest.cart_id })],
  ['SQL for a token', 404, (world) => read(world, { 'cart-token': "' OR '1'='1" })],
  ['10 kB for a token', 404, (world) => read(world, { 'cart-token': 'x'.repeat(10_000) })],
  ['its token as an access token', 401, (world) => read(world, { authorization: `Bearer ${world.guest.cart_token}` })],
  ['its token as that of an order', 401, (world) => read(world, { 'order-token': world.guest.cart_token })],
  [
    'its token in the query',
    401,
    ({ guest }) => ({ method: 'GET', path: `/carts/${guest.cart_id}?cart_token=${guest.cart_token}` }),
  ],
  ['its token in a cookie', 401, (world) => read(world, { cookie: `cart_token=${world.guest.cart_token}` })],
  [
    'its token, and an access token that is forged',
    401,
    (world) => read(world, { 'cart-token': world.guest.cart_token, authorization: 'Bearer a.b.c' }),
  ],
  [
    'its token for a customer’s cart',
    404,
    async ({ guest, ann, client }) => ({
      method: 'GET',
      path: `/carts/${(await cartOf(client, ann.token)).cart_id}`,
      ...asGuest(guest),
    }),
  ],
  [
    'its token for a customer’s order',
    401,
    ({ guest, annsOrder }) => ({ method: 'GET', path: `/orders/${annsOrder}`, ...asGuest(guest) }),
  ],
];

const put = (quantity: string): Attempt => [
  `quantity ${quantity}`,
  422,
  ({ guest, product }) => ({
    method: 'PUT',
    path: `/carts/${guest.cart_id}/items/${product}`,
    body: `{"quantity":${quantity}}`,
    headers: { ...asGuest(guest).headers, 'content-type': 'application/json' },
  }),
];

const guests = (
  name: string,
  status: number,
  request: (world: World) => Omit<WireRequest, 'headers' | 'path'> & { below: string },
): Attempt => [
  name,
  status,
  (world) => {
    const { below, ...rest } = request(world);
    return { path: `/carts/${world.guest.cart_id}${below}`, ...asGuest(world.guest), ...rest };
  },
];

const FIELDS: Attempt[] = [
  ...['-1', '1.5', '1e309', '"1"', '1001', 'true', 'null', '[1]', '{}', '9007199254740993'].map(put),
  guests('an unknown product', 422, () => ({ method: 'PUT', below: '/items/2147483647', json: { quantity: 1 } })),
  guests('an archived product', 422, ({ archived }) => ({
    method: 'PUT',
    below: `/items/${archived}`,
    json: { quantity: 1 },
  })),
  ...['0', '-1', '1.5', 'abc', '2147483648', '1%20OR%201=1'].map((id) =>
    guests(`the product ${id}`, 422, () => ({ method: 'PUT', below: `/items/${id}`, json: { quantity: 1 } })),
  ),
  guests('a shipping method that there is not', 409, () => ({
    method: 'PUT',
    below: '',
    json: { shipping_method_id: 2_147_483_647 },
  })),
  guests('a note of 1001 characters', 422, () => ({ method: 'PUT', below: '', json: { note: 'x'.repeat(1001) } })),
  guests('a merge by a guest', 401, ({ otherGuest }) => ({ method: 'POST', below: '/merge', json: otherGuest })),
  ...['0', 'abc', '%00', '..%2f..', '0d5f6c1e-6a3b-4f57-9a0e-3f2b8c1d4e5', "' OR '1'='1".replaceAll(' ', '%20')].map(
    (id): Attempt => [
      `the cart ${id}`,
      422,
      ({ guest }) => ({ method: 'GET', path: `/carts/${id}`, ...asGuest(guest) }),
    ],
  ),
];

const MERGES: Attempt[] = (
  [
    ['a guest’s cart with a wrong token', ({ guest, otherGuest }) => ({ ...guest, cart_token: otherGuest.cart_token })],
    ['a guest’s cart with a token of nobody’s', ({ guest }) => ({ ...guest, cart_token: 'cart.x' })],
    ['another customer’s cart', async ({ bob, guest, client }) => ({ ...guest, ...(await cartOf(client, bob.token)) })],
    ['her own cart', async ({ ann, guest, client }) => ({ ...guest, ...(await cartOf(client, ann.token)) })],
  ] as [string, (world: World) => GuestsCart | Promise<GuestsCart>][]
).map(([name, from]) => [
  `a customer who takes ${name}`,
  404,
  async (world) => {
    const { cart_id, cart_token } = await from(world);
    const own = await cartOf(world.client, world.ann.token);
    const json = { cart_id, cart_token };
    return { method: 'POST', path: `/carts/${own.cart_id}/merge`, token: world.ann.token, json };
  },
]);

export const CART_ROWS: HostileRow[] = [
  ...[...TOKENS, ...FIELDS, ...MERGES].map(([name, status, request]) => ({ group, name, status, request })),
  {
    group,
    name: 'the token of a cart is shown once',
    story: async (world) => {
      const { cart_id, cart_token } = await guestsCart(world.client);
      const again = await world.send({ method: 'GET', path: `/carts/${cart_id}`, ...asGuest({ cart_token }) });
      assert.equal(again.status, 200, again.text);
      assert.ok(!again.text.includes(cart_token));
      const staff = await world.send({ method: 'GET', path: `/carts/${cart_id}`, token: world.staff.token });
      assert.equal(staff.status, 200, staff.text);
      assert.doesNotMatch(staff.text, /token/);
    },
  },
  {
    group,
    name: 'a stranger’s key replays no cart',
    story: async (world) => {
      const headers = { 'idempotency-key': 'the-same-for-all' };
      const begin = () => world.send({ method: 'POST', path: '/carts', headers });
      const [one, other] = [await begin(), await begin()];
      assert.deepEqual([one.status, other.status], [201, 201]);
      assert.notEqual(one.body.cart_id, other.body.cart_id);
      assert.equal(other.headers['idempotency-replayed'], undefined);
    },
  },
];
