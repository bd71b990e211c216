import { once } from 'node:events';
import type { Agent } from 'node:http';
import { join } from 'node:path';
import { endServices, type Stand, type StandOptions } from '../orders/sides.js';
import { CartDesk, type OwnCart } from '../proofs/frame/cart-desk.js';
import { startChild } from '../proofs/frame/child.js';
import { type Answer, ask } from '../proofs/frame/http.js';
import { expectStatus, Shop } from '../proofs/frame/shop.js';
import type { RawSettings } from './raw.js';

export const CONNECTIONS = 16;
/** Of one connection, so that nobody waits for another's lock. */
const CARTS = 4;
const LINES = 3;

interface FilledCart extends OwnCart {
  products: number[];
}

/** Where carts are changed, and the processes behind it. */
export interface Side {
  url: string;
  processes: Record<string, number>;
  /** By connection. */
  carts: FilledCart[][];
}

/** The services as they ship. */
export async function platformSide(stand: Stand): Promise<Side> {
  const { products, orders } = stand.platform.services;
  const processes = { products: products.pid, orders: orders.pid };
  return { url: orders.url, processes, carts: await fill(stand) };
}

/** Fills carts through the platform's services, stops these, and starts two raw ones on their databases. */
export async function rawSide(stand: Stand, { folder, profileFolder }: StandOptions): Promise<Side> {
  const carts = await fill(stand);
  await endServices(stand.platform);
  const processes: Record<string, number> = {};
  const start = async (role: RawSettings['role'], products?: string): Promise<string> => {
    const settings = { databases: stand.platform.databases.address, role, ...(products !== undefined && { products }) };
    const child = startChild({
      program: 'bench/carts/raw.js',
      args: [JSON.stringify(settings satisfies RawSettings)],
      environment: { PROFILE_DIR: profileFolder },
      preloads: profileFolder === undefined ? [] : ['../orders/profiled'],
      logFile: join(folder, `raw-${role}.log`),
    });
    processes[role] = child.pid ?? 0;
    return ((await once(child, 'message')) as [{ url: string }])[0].url;
  };
  return { url: await start('orders', await start('products')), processes, carts };
}

/** Sets the quantity of a product that is in the cart. */
export function changeAny({ url, carts }: Side, client: number, agent?: Agent): Promise<Answer> {
  const { cartId, owner, products } = pick(carts[client] ?? []);
  const body = { quantity: 1 + Math.floor(Math.random() * 9) };
  const request = { method: 'PUT', headers: owner, body, ...(agent && { agent }) } as const;
  return ask(`${url}/carts/${cartId}/items/${pick(products)}`, request);
}

const pick = <T>(from: readonly T[]): T => from[Math.floor(Math.random() * from.length)] as T;

async function fill({ platform, products }: Stand): Promise<FilledCart[][]> {
  const shop = await Shop.open(platform);
  for (const code of ['letter', 'parcel', 'express']) {
    const body = { code, name: 'A way', by: 'subtotal', steps: [{ from: '0', price: '4.90' }], free_from: '500' };
    const request = { method: 'POST', token: shop.admin, body } as const;
    expectStatus(201, await ask(shop.url('orders', '/shipping-methods'), request));
  }
  const desk = new CartDesk([platform.services.orders.url]);
  const cart = async (_: unknown, nth: number): Promise<FilledCart> => {
    const own = await desk.begin();
    const chosen = Array.from({ length: LINES }, (__, line) => products[(nth + line * 7) % products.length] ?? 0);
    for (const product of chosen) expectStatus(200, await desk.put(own, product, 1));
    return { ...own, products: chosen };
  };
  return Promise.all(Array.from({ length: CONNECTIONS }, () => Promise.all(Array.from({ length: CARTS }, cart))));
}
