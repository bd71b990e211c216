import { once } from 'node:events';
import { join } from 'node:path';
import { startChild } from '../proofs/frame/child.js';
import { ProofPlatform } from '../proofs/frame/platform.js';
import type { Servers } from '../proofs/frame/servers.js';
import { type Customer, Shop } from '../proofs/frame/shop.js';
import { type Target, target } from './load.js';
import type { RawSettings } from './raw.js';

const PRODUCTS = 100;
const STOCK = 100_000_000;

/** The address for orders, and the processes behind it. */
export interface Side {
  target: Target;
  processes: Record<string, number>;
}

export const SIDES = ['platform', 'raw', 'one process'] as const;
export type Sides = Record<(typeof SIDES)[number], Side>;

export interface Stand {
  platform: ProofPlatform;
  products: number[];
  customer: Customer;
}

export interface StandOptions {
  folder: string;
  /** The address used as AWS. */
  cloud: string;
  profileFolder: string | undefined;
}

/** Preloads for a profile. */
const preloads = ({ profileFolder }: StandOptions) => (profileFolder === undefined ? [] : ['../orders/profiled']);

/** Starts the services with empty tables, a customer and products. */
export async function stand(servers: Servers, options: StandOptions): Promise<Stand> {
  const { folder, cloud, profileFolder } = options;
  const queue = `${cloud}/000000000000/queue`;
  const own = { AWS_ENDPOINT_URL: cloud, QUEUE_URL: queue, REDIS_URL: undefined, PROFILE_DIR: profileFolder };
  const platform = await ProofPlatform.start(servers, folder, {
    services: ['users', 'products', 'orders'],
    environment: { users: own, products: own, orders: own },
    preloads: preloads(options),
  });
  const shop = await Shop.open(platform);
  const products: number[] = [];
  for (let i = 0; i < PRODUCTS; i++) products.push(await shop.product(STOCK));
  return { platform, products, customer: await shop.customer() };
}

export async function endServices({ services }: ProofPlatform): Promise<void> {
  await Promise.all([services.users, services.products, services.orders].map((service) => service.terminate()));
}

export function platformSide({ platform, customer }: Stand): Side {
  const { users, products, orders } = platform.services;
  return {
    target: target(orders.url, { authorization: `Bearer ${customer.token}` }),
    processes: { users: users.pid, products: products.pid, orders: orders.pid },
  };
}

/** Starts three raw services, or one process, on the databases of a platform whose own services have stopped. */
export async function rawSide({ platform, customer }: Stand, options: StandOptions, alone: boolean): Promise<Side> {
  const processes: Record<string, number> = {};
  const start = async (role: RawSettings['role'], neighbours: Partial<RawSettings> = {}) => {
    const settings: RawSettings = { databases: platform.databases.address, topic: options.cloud, role, ...neighbours };
    const child = startChild({
      program: 'bench/orders/raw.js',
      args: [JSON.stringify(settings)],
      environment: { PROFILE_DIR: options.profileFolder },
      preloads: preloads(options),
      logFile: join(options.folder, `raw-${role}.log`),
    });
    processes[role] = child.pid ?? 0;
    const [{ url }] = (await once(child, 'message')) as [{ url: string }];
    return url;
  };
  const url = alone
    ? await start('everything')
    : await start('orders', { users: await start('users'), products: await start('products') });
  return { target: target(url, { 'x-user-id': String(customer.userId) }), processes };
}
