import type { RowDataPacket } from 'mysql2/promise';
import { openPool } from './raw-database.js';
import { askJson, type Handler, listen } from './raw-http.js';
import { type Customer, type Neighbours, placeRaw } from './raw-order.js';
import { RawRelay } from './raw-relay.js';
import { type Line, reserve, type SoldLine } from './raw-reserve.js';
import { SQL } from './raw-sql.js';

export interface RawSettings {
  /** The databases' address with their prefix. */
  databases: string;
  topic: string;
  /** `everything` is one process without calls to others. */
  role: 'users' | 'products' | 'orders' | 'everything';
  /** Addresses that `orders` calls. */
  users?: string;
  products?: string;
}

/** The reference: node:http and mysql2 only. */
const settings = JSON.parse(process.argv[2] ?? '{}') as RawSettings;
const pool = (service: string) => openPool(`${settings.databases}_${service}`, 10);

function customers(): Neighbours['customer'] {
  const users = pool('users');
  return async (userId) => {
    const [[user]] = await users.execute<(RowDataPacket & Customer)[]>(SQL.user, [userId]);
    if (!user) throw new Error('There is no such user.');
    return user;
  };
}

function reservations(): Neighbours['reserve'] {
  const products = pool('products');
  return (ref, lines) => reserve(products, ref, lines);
}

const overHttp: Neighbours = {
  customer: (userId) => askJson(`${settings.users}/users.get`, { user_id: userId }),
  reserve: (ref, lines) => askJson<SoldLine[]>(`${settings.products}/inventory.reserve`, { order_ref: ref, lines }),
};

function orders(neighbours: Neighbours): Handler {
  const own = pool('orders');
  const relay = new RawRelay(own, settings.topic);
  return async ({ headers }, body) => {
    const { items } = body as { items: Line[] };
    const caller = { userId: Number(headers['x-user-id']), key: String(headers['idempotency-key']) };
    const order = await placeRaw(own, neighbours, { ...caller, items });
    void relay.trigger();
    return order;
  };
}

function handler(): Handler {
  const { role } = settings;
  if (role === 'orders') return orders(overHttp);
  if (role === 'everything') return orders({ customer: customers(), reserve: reservations() });
  if (role === 'users') {
    const customer = customers();
    return (_, body) => customer((body as Customer).user_id);
  }
  const hold = reservations();
  return (_, body) => {
    const { order_ref, lines } = body as { order_ref: string; lines: Line[] };
    return hold(order_ref, lines);
  };
}

await listen(handler());
