import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RowDataPacket } from 'mysql2/promise';
import { openPool } from './raw-database.js';
import { askJson } from './raw-http.js';
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

type Handler = (incoming: IncomingMessage, body: unknown) => Promise<object>;

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

async function serve(handle: Handler, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(incoming, 'end');
  try {
    const answer = await handle(incoming, JSON.parse(Buffer.concat(chunks).toString()));
    const text = JSON.stringify(answer);
    const headers = { 'content-type': 'application/json; charset=utf-8', 'content-length': Buffer.byteLength(text) };
    response.writeHead(201, headers).end(text);
  } catch (error) {
    response.writeHead(500).end(JSON.stringify({ error: String(error) }));
  }
}

const handle = handler();
const server = createServer((incoming, response) => void serve(handle, incoming, response)).listen(0, '127.0.0.1');
server.keepAliveTimeout = 60_000;
await once(server, 'listening');
process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
