import { createHash } from 'node:crypto';
import type { Pool, PoolConnection, RowDataPacket } from 'mysql2/promise';
import { inTransaction, later } from '../orders/raw-database.js';
import { SQL } from './raw-sql.js';

const GUEST_TTL_MS = 30 * 86_400_000;

export interface Offer {
  product_id: number;
  sku: string;
  name: string;
  price: number;
  weight_grams: number | null;
  tax_category: string;
  available_quantity: number;
}

export interface RawChange {
  cartId: string;
  productId: number;
  quantity: number;
  token: string;
}

type Offers = (productIds: number[]) => Promise<Offer[]>;

interface Cart extends RowDataPacket {
  id: number;
  cart_id: string;
  status: string;
  token_hash: string;
  expires_at: Date;
  created_at: Date;
  updated_at: Date;
  version: number;
}

interface Line extends RowDataPacket {
  product_id: number;
  quantity: number;
  sku: string;
  name: string;
  price: number;
  available_quantity: number;
}

interface Method extends RowDataPacket {
  shipping_method_id: number;
  code: string;
  name: string;
  countries: string;
  steps: string;
  free_from: number | null;
  position: number;
}

/** Returns the active products, as the raw products service does. */
export async function offersOf(pool: Pool, ids: number[]): Promise<Offer[]> {
  const asked = Array.from({ length: 4 }, (_, index) => ids[Math.min(index, ids.length - 1)] ?? 0);
  const [rows] = await pool.execute<(RowDataPacket & Offer & { status: string })[]>(SQL.offers, asked);
  return rows
    .filter(({ status }) => status === 'active')
    .map(({ product_id, sku, name, price, weight_grams, tax_category, available_quantity }) => ({
      ...{ product_id, sku, name, price: Number(price), weight_grams, tax_category },
      available_quantity: Number(available_quantity),
    }));
}

/** Sets the quantity of a product in a guest's cart: same statements, same transaction, same response. */
export async function putRaw(pool: Pool, offers: Offers, change: RawChange): Promise<object> {
  const [[seen]] = await pool.execute<Cart[]>(SQL.cart, [change.cartId]);
  if (!seen) throw new Error('There is no such cart.');
  const [lines] = await pool.execute<Line[]>(SQL.lines, [seen.id]);
  if (seen.token_hash !== createHash('sha256').update(change.token).digest('hex')) throw new Error('Not this cart.');
  const sold = await offers([...new Set([...lines.map(({ product_id }) => product_id), change.productId])]);
  return inTransaction(pool, async (tx) => {
    const [[cart]] = await tx.execute<Cart[]>(SQL.lock, [seen.id]);
    if (cart?.status !== 'open') throw new Error('The cart is not open.');
    const present = cart.version === seen.version ? lines : (await tx.execute<Line[]>(SQL.lines, [seen.id]))[0];
    const changed = await write(tx, cart, present, change, sold);
    const [methods] = await tx.execute<Method[]>(SQL.methods, [true]);
    return answer(cart, changed, sold, methods);
  });
}

async function write(
  tx: PoolConnection,
  cart: Cart,
  lines: Line[],
  { productId, quantity }: RawChange,
  sold: Offer[],
): Promise<Line[]> {
  const offer = sold.find(({ product_id }) => product_id === productId);
  if (!offer) throw new Error('There is no such product.');
  const now = new Date();
  Object.assign(cart, { version: cart.version + 1, updated_at: now, expires_at: later(GUEST_TTL_MS) });
  const columns = [
    ...[
      'status',
      'open_user_id',
      'email',
      'shipping_address',
      'billing_address',
      'shipping_method_id',
      'note',
      'locale',
    ],
    ...['expires_at', 'ended_at', 'order_id', 'merged_into', 'updated_at', 'version', 'id'],
  ];
  await tx.execute(
    SQL.change,
    columns.map((name) => cart[name] as string | number | Date | null),
  );
  const { sku, name, price, weight_grams, tax_category, available_quantity } = offer;
  if (lines.some(({ product_id }) => product_id === productId)) await tx.execute(SQL.remove, [cart.id, productId]);
  const row = [cart.id, productId, quantity, sku, name, price, weight_grams, tax_category, available_quantity, now];
  await tx.execute(SQL.put, row);
  const line = { product_id: productId, quantity, sku, name, price, available_quantity } as Line;
  return [...lines.filter(({ product_id }) => product_id !== productId), line].sort(
    (a, b) => a.product_id - b.product_id,
  );
}

function answer(cart: Cart, lines: Line[], sold: Offer[], methods: Method[]): object {
  const now = new Map(sold.map((offer) => [offer.product_id, offer]));
  const offered = lines.flatMap(({ product_id, quantity }) => {
    const offer = now.get(product_id);
    return offer ? [{ ...offer, quantity }] : [];
  });
  const total = offered.reduce((sum, { price, quantity }) => sum + price * quantity, 0);
  return {
    ...{ cart_id: cart.cart_id, status: cart.status, user_id: null },
    items: offered.map(({ product_id, sku, name, quantity, price, available_quantity }) => ({
      ...{ product_id, sku, name, quantity, price: money(price), discount_total: money(0) },
      ...{ line_total: money(price * quantity), tax_rate: '0', tax_total: money(0), on_sale: true, available_quantity },
    })),
    ...{ items_total: money(total), discount_total: money(0), shipping_total: money(0), tax_total: money(0) },
    ...{ prices_include_tax: false, tax_lines: [], order_total: money(total), currency: 'USD', shipping_method: null },
    shipping_methods: methods.flatMap((method) => offerOf(method, total)),
    changes: lines.flatMap((line) => changesOf(line, now.get(line.product_id))),
    ...{ email: null, shipping_address: null, billing_address: null, shipping_method_id: null },
    ...{ shipping_method_is_open: null, note: null, locale: null, order_id: null },
    expires_at: cart.expires_at.toISOString(),
    created_at: cart.created_at.toISOString(),
    updated_at: cart.updated_at.toISOString(),
    version: cart.version,
  };
}

function offerOf({ shipping_method_id, code, name, countries, steps, free_from }: Method, total: number): object[] {
  if ((JSON.parse(countries) as string[]).length > 0) return [];
  const step = (JSON.parse(steps) as { from: number; price: number }[]).findLast(({ from }) => from <= total);
  const price = free_from !== null && total >= Number(free_from) ? 0 : step?.price;
  return price === undefined ? [] : [{ shipping_method_id, code, name, price: money(price) }];
}

function changesOf({ product_id, quantity, price, available_quantity: was }: Line, now: Offer | undefined): object[] {
  if (!now) return [{ product_id, kind: 'gone', was, is: 0 }];
  const is = now.available_quantity;
  return [
    ...(now.price === Number(price) ? [] : [{ product_id, kind: 'price', was: money(price), is: money(now.price) }]),
    ...(Math.min(quantity, was) === Math.min(quantity, is) ? [] : [{ product_id, kind: 'availability', was, is }]),
  ];
}

const money = (minor: number) => (minor / 100).toFixed(2);
