import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startChild } from '../proofs/frame/child.js';
import type { Databases } from '../proofs/frame/databases.js';
import { ProofPlatform } from '../proofs/frame/platform.js';
import { Servers } from '../proofs/frame/servers.js';
import { type Customer, Shop } from '../proofs/frame/shop.js';
import { startEmptyCloud } from './empty-cloud.js';
import { shoot, type Target, target } from './load.js';
import { processorMs } from './processor.js';

const { values: options } = parseArgs({
  args: process.argv.slice(3),
  options: {
    rounds: { type: 'string', default: '7' },
    seconds: { type: 'string', default: '4' },
    only: { type: 'string' },
    profile: { type: 'string' },
  },
});

type Basket = () => { product_id: number; quantity: number }[];

interface Case {
  name: string;
  connections: number;
  /** Lines per basket and products they are picked from. */
  lines: number;
  products: number;
  least: number;
}

const CASES: Case[] = [
  { name: '16 connections', connections: 16, lines: 2, products: 100, least: 0.7 },
  { name: '1 connection', connections: 1, lines: 2, products: 100, least: 0.75 },
  { name: '64 buyers of one product', connections: 64, lines: 1, products: 1, least: 0.7 },
];
const PRELOADS = options.profile === undefined ? [] : ['../orders/profiled'];
const PRODUCTS = 100;
const STOCK = 100_000_000;
const COUNTERS = ['Com_stmt_execute', 'Com_commit', 'Com_select', 'Com_insert', 'Com_update'];

/** Where the orders go, and who works for them. */
interface Side {
  target: Target;
  processes: Record<string, number>;
}

type Sides = Record<'platform' | 'raw', Side>;

/** The services with empty tables, a customer and products. */
async function stand(servers: Servers, folder: string, cloud: string) {
  const quiet = { AWS_ENDPOINT_URL: cloud, QUEUE_URL: `${cloud}/000000000000/queue`, REDIS_URL: undefined };
  const own = { ...quiet, PROFILE_DIR: options.profile };
  const platform = await ProofPlatform.start(servers, folder, {
    services: ['users', 'products', 'orders'],
    environment: { users: own, products: own, orders: own },
    preloads: PRELOADS,
  });
  const shop = await Shop.open(platform);
  const products: number[] = [];
  for (let i = 0; i < PRODUCTS; i++) products.push(await shop.product(STOCK));
  return { platform, products, customer: await shop.customer() };
}

async function endServices({ services }: ProofPlatform): Promise<void> {
  await Promise.all([services.users, services.products, services.orders].map((service) => service.terminate()));
}

async function startRaw(databases: string, cloud: string, logFile: string, { userId }: Customer): Promise<Side> {
  const environment = { PROFILE_DIR: options.profile };
  const args = [databases, cloud];
  const child = startChild({ program: 'bench/orders/raw.js', args, environment, preloads: PRELOADS, logFile });
  const [{ url }] = (await once(child, 'message')) as [{ url: string }];
  return { target: target(url, { 'x-user-id': String(userId) }), processes: { raw: child.pid ?? 0 } };
}

/** Rounds of both in turn, so that what else the machine does hits them alike. */
async function compare(wanted: Case, sides: Sides, products: number[], db: Databases, server: number) {
  const basket: Basket = () => {
    const first = Math.floor(Math.random() * wanted.products);
    return Array.from({ length: wanted.lines }, (_, line) => ({
      product_id: products[(first + line * 7) % wanted.products] ?? 0,
      quantity: 1,
    }));
  };
  const seconds = Number(options.seconds);
  const rates: Record<'platform' | 'raw', number[]> = { platform: [], raw: [] };
  let failures = 0;
  for (const side of ['platform', 'raw'] as const)
    await shoot(sides[side].target, wanted.connections, seconds / 2, basket);
  for (let round = 0; round < Number(options.rounds); round++) {
    const order = round % 2 === 0 ? (['platform', 'raw'] as const) : (['raw', 'platform'] as const);
    for (const side of order) {
      const shot = await shoot(sides[side].target, wanted.connections, seconds, basket);
      rates[side].push(shot.perSecond);
      failures += shot.failures;
    }
  }
  const ratios = rates.platform.map((rate, round) => rate / (rates.raw[round] ?? 1));
  const ratio = median(ratios);
  console.log(
    `${wanted.name}: platform ${median(rates.platform).toFixed(0)}/s, raw ${median(rates.raw).toFixed(0)}/s, ratio ${ratio.toFixed(2)} (≥ ${wanted.least.toFixed(2)}: ${ratio >= wanted.least ? 'reached' : 'MISSED'}), rounds ${ratios.map((each) => each.toFixed(2)).join(' ')}${failures > 0 ? `, FAILURES ${failures}` : ''}`,
  );
  await countCosts(wanted, sides, basket, db, server);
  return failures === 0;
}

/** What one order costs on either side, in statements (the comparison is fair when they are the same) and processor time. */
async function countCosts({ connections, lines }: Case, sides: Sides, basket: Basket, db: Databases, server: number) {
  for (const side of ['platform', 'raw'] as const) {
    const processes = { ...sides[side].processes, database: server };
    const read = async () => [
      ...(await Promise.all(COUNTERS.map((name) => db.counter(name)))),
      ...Object.values(processes).map(processorMs),
    ];
    const before = await read();
    if (options.profile !== undefined) signal(sides[side]);
    const { placed } = await shoot(sides[side].target, connections, Number(options.seconds), basket);
    if (options.profile !== undefined) signal(sides[side]);
    const costs = (await read()).map((cost, i) => ((cost - (before[i] ?? 0)) / placed).toFixed(1));
    const names = [...COUNTERS, ...Object.keys(processes).map((name) => `${name} ms`)];
    console.log(`  ${side}, per order of ${lines} lines: ${names.map((name, i) => `${name} ${costs[i]}`).join(', ')}`);
  }
}

function signal({ processes }: Side): void {
  for (const pid of Object.values(processes)) process.kill(pid, 'SIGUSR2');
}

const median = (numbers: number[]): number => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;

/** Prints the ratios; answers whether every order was placed. */
export async function benchOrders(): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-orders-'));
  const [servers, cloud] = await Promise.all([Servers.start({ durable: true }), startEmptyCloud()]);
  const others = await stand(servers, join(folder, 'raw'), cloud);
  await endServices(others.platform);
  const { platform, products, customer } = await stand(servers, join(folder, 'platform'), cloud);
  const raw = await startRaw(others.platform.databases.address, cloud, join(folder, 'raw.log'), others.customer);
  const { users, products: catalog, orders } = platform.services;
  const ours: Side = {
    target: target(orders.url, { authorization: `Bearer ${customer.token}` }),
    processes: { users: users.pid, products: catalog.pid, orders: orders.pid },
  };
  let complete = true;
  for (const wanted of CASES) {
    if (options.only !== undefined && !wanted.name.startsWith(options.only)) continue;
    complete =
      (await compare(wanted, { platform: ours, raw }, products, platform.databases, servers.mariadb.pid)) && complete;
  }
  await endServices(platform);
  await Promise.all([platform.close(), others.platform.close()]);
  await servers.stop();
  rmSync(folder, { recursive: true, force: true });
  return complete;
}
