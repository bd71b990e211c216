import assert from 'node:assert/strict';
import { unique } from '../support/client.js';
import { type Document, type Operation, routesOf } from '../fuzz/document.js';
import {
  ADDRESS,
  AUTHZ_MATRIX,
  type Caller,
  CALLERS,
  CATEGORY,
  IMAGE,
  type MatrixRow,
  type Person,
  PRODUCT_GROUP,
  SHIPPING_METHOD,
  type Subject,
  TAX_RATE,
} from './authz-matrix.js';
import { cartOf, type FilledCart, filledCart, type GuestsCart } from './carts.js';
import { type Parts, partsFor } from './parts.js';
import type { HostileRow } from './row.js';
import type { World } from './world.js';

/** One route called by one caller. */
export type Cell = HostileRow & { status: number };

/** Those without an account. */
const STRANGERS: ReadonlySet<Caller> = new Set(['anonymous', 'guest', 'other guest']);

const OWNER = CALLERS.indexOf('owner') as 2;

const ME = /\{user_id\}/;

/** Every cell of the matrix; `assertComplete` compares it with the running platform's routes. */
export const AUTHZ_CELLS: Cell[] = Object.entries(AUTHZ_MATRIX).flatMap(([route, row]) => [
  ...CALLERS.map((caller, column) => cellOf(route, row, caller, row.answers[column] ?? 0)),
  ...(ME.test(route) ? ownCells(route.replace(ME, 'me'), row) : []),
]);

/** Calls with `me`: all callers have an owner's rights on themselves. Callers that other rows need are not deleted. */
function ownCells(route: string, row: MatrixRow): Cell[] {
  const callers = row.fresh ? (['anonymous', 'owner'] as const) : CALLERS;
  const statusOf = (caller: Caller) => row.me?.[caller] ?? (STRANGERS.has(caller) ? 401 : row.answers[OWNER]);
  return callers.map((caller) => cellOf(route, row, caller, statusOf(caller)));
}

function cellOf(route: string, row: MatrixRow, caller: Caller, status: number): Cell {
  const [method = '', path = ''] = route.split(' ');
  let token: string | undefined;
  return {
    group: route,
    name: caller,
    status,
    request: async (world) => {
      const subject = await subjectOf(world, row);
      token = tokenOf(caller, subject);
      if (path.startsWith('/cart') && token !== undefined) await cartOf(world.client, token);
      const cart = await cartOn(path, subject, caller);
      const isGuests = guestOf(caller, world) !== undefined;
      const parts = await partsFor(world, route, isGuests ? undefined : subject.owner.token);
      const more = await row.request?.(subject, cart, parts);
      const filled = fill(path, {
        ...idsOf(subject),
        ...(isGuests && idsOfGuest(world)),
        ...parts,
        address_id: await addressOn(path, subject, token),
        cart_id: cart?.cart_id ?? '',
        category_id: await made(path, 'category_id', subject),
        group_id: await made(path, 'group_id', subject),
        image_id: await imageOn(path, subject),
        shipping_method_id: await made(path, 'shipping_method_id', subject),
        tax_rate_id: await made(path, 'tax_rate_id', subject),
      });
      const headers = guestHeaders(path, caller, { world, cart, parts });
      return { method, path: filled, ...(token !== undefined && { token }), ...(headers && { headers }), ...more };
    },
    check: ({ body }) => {
      if (/\/me$/.test(path) && status === 200) assert.equal(body.user_id, subjectId(token));
    },
  };
}

function subjectId(token = ''): number {
  const claims = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString();
  return Number((JSON.parse(claims) as { sub: string }).sub);
}

/** Throws if the document and the matrix have different routes, or disagree on which ones are public. */
export async function assertComplete(world: World): Promise<number> {
  const document = (await world.client.call('GET', '/openapi.json')).body as Document;
  const routes = new Map<string, Operation>(
    routesOf(document).map(({ method, path, operation }) => [`${method} ${path}`, operation] as const),
  );
  const unguarded = [...routes.keys()].filter((route) => !(route in AUTHZ_MATRIX));
  assert.deepEqual(unguarded, [], 'routes without a row in authz-matrix.ts');
  const gone = Object.keys(AUTHZ_MATRIX).filter((route) => !routes.has(route));
  assert.deepEqual(gone, [], 'rows of authz-matrix.ts without a route');
  for (const [route, operation] of routes) {
    const isPublic = AUTHZ_MATRIX[route]?.answers[0] !== 401;
    assert.equal(operation['x-required-role'] === 'public', isPublic, `${route}: the documented role`);
    assert.equal(operation.security?.length === 0, isPublic, `${route}: the documented security`);
  }
  return routes.size;
}

async function subjectOf(world: World, { fresh }: MatrixRow): Promise<Subject> {
  const { ann, annsOrder, annsPayment, product, client } = world;
  if (!fresh) return { world, owner: ann, order: annsOrder, payment: annsPayment, product };
  const owner = await client.customer();
  const { product_id } = await client.product();
  const { body } = await client.order(owner.token, [[{ product_id: product }, 1]]);
  return { world, owner, order: Number(body.order_id), payment: annsPayment, product: product_id };
}

/** Whose token a guest sends. */
function guestOf(caller: Caller, { guest, otherGuest }: World): GuestsCart | undefined {
  return caller === 'guest' ? guest : caller === 'other guest' ? otherGuest : undefined;
}

/** The cart of the guest for guests, and of the owner for everybody else; one that becomes an order is a new one. */
async function cartOn(path: string, subject: Subject, caller: Caller): Promise<FilledCart | undefined> {
  const { world, owner, product } = subject;
  if (!path.includes('{cart_id}')) return undefined;
  const isGuests = guestOf(caller, world) !== undefined;
  if (path.endsWith('/checkout')) return filledCart(world.client, product, isGuests ? undefined : owner.token);
  return { ...(isGuests ? world.guest : await cartOf(world.client, owner.token)), version: 1 };
}

/** What a guest sends: the token of the path's cart or order; another guest the token of their own. */
function guestHeaders(
  path: string,
  caller: Caller,
  { world, cart, parts }: { world: World; cart: FilledCart | undefined; parts: Parts | undefined },
): Record<string, string> | undefined {
  const isOther = caller === 'other guest';
  if (!guestOf(caller, world)) return undefined;
  if (/\{(order|payment|shipment|return)_id\}/.test(path)) {
    const own = parts?.order_token ?? world.guestOrder.order_token;
    return { 'order-token': isOther ? world.otherGuestOrder.order_token : own };
  }
  return { 'cart-token': isOther ? world.otherGuest.cart_token : (cart?.cart_token ?? world.guest.cart_token) };
}

function tokenOf(caller: Caller, { world, owner }: Subject): string | undefined {
  const tokens: Record<Caller, string | undefined> = {
    anonymous: undefined,
    other: world.bob.token,
    owner: owner.token,
    staff: world.staff.token,
    admin: world.admin,
    guest: undefined,
    'other guest': undefined,
  };
  return tokens[caller];
}

/** The id of an address of the path's user; 1 where the path needs none. */
async function addressOn(
  path: string,
  { world: { client }, owner }: Subject,
  token: string | undefined,
): Promise<number> {
  if (!path.includes('{address_id}')) return 1;
  const user: Person = path.startsWith('/users/me/') && token !== undefined ? { id: subjectId(token), token } : owner;
  const addresses = `/users/${user.id}/addresses`;
  const { body } = await client.call('GET', addresses, { token: user.token });
  const [kept] = body.addresses as { address_id: number }[];
  return (
    kept?.address_id ?? (await client.call('POST', addresses, { token: user.token, body: ADDRESS })).body.address_id
  );
}

/** How staff make what a path names. */
const MAKERS = {
  category_id: () => ['/categories', { ...CATEGORY, slug: unique('mice-') }],
  group_id: () => ['/product-groups', PRODUCT_GROUP],
  shipping_method_id: () => ['/shipping-methods', { ...SHIPPING_METHOD, code: unique('parcel-') }],
  tax_rate_id: () => ['/tax-rates', TAX_RATE],
} as const satisfies Record<string, () => [url: string, body: object]>;

/** The id of a new one; 1 where the path needs none. */
async function made(path: string, id: keyof typeof MAKERS, { world: { admin, client } }: Subject): Promise<number> {
  if (!path.includes(`{${id}}`)) return 1;
  const [url, body] = MAKERS[id]();
  return Number((await client.call('POST', url, { token: admin, body })).body[id]);
}

/** The id of a new image, of a new product since one has few; 1 where the path needs none. */
async function imageOn(path: string, { world: { admin, client } }: Subject): Promise<number> {
  if (!path.includes('{image_id}')) return 1;
  const { product_id } = await client.product();
  const url = `/products/${product_id}/images`;
  return Number((await client.call('POST', url, { token: admin, body: IMAGE })).body.image_id);
}

function idsOf({ owner, order, payment, product }: Subject): Record<string, number> {
  return { user_id: owner.id, order_id: order, payment_id: payment, product_id: product };
}

function idsOfGuest({ guestOrder: { order_id, payment_id } }: World): Record<string, number> {
  return { order_id, payment_id };
}

function fill(path: string, ids: Record<string, number | string>): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => String(ids[name]));
}
