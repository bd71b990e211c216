import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Databases } from '../proofs/frame/databases.js';
import { Servers } from '../proofs/frame/servers.js';
import { printCosts } from './costs.js';
import { startEmptyCloud } from './empty-cloud.js';
import { shoot } from './load.js';
import { type Basket, judge, mean, NOISE, runRounds, warmUp } from './rounds.js';
import { endServices, platformSide, rawSide, type Side, SIDES, type Sides, stand } from './sides.js';

const { values: options } = parseArgs({
  args: process.argv.slice(3),
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '2' },
    only: { type: 'string' },
    profile: { type: 'string' },
    noise: { type: 'string', default: NOISE },
  },
});

interface Case {
  name: string;
  connections: number;
  /** Lines per basket; they are picked from `products` products. */
  lines: number;
  products: number;
  /** Splits each round into so many shorter ones, since other load disturbs a single buyer most. */
  cut: number;
  least: number;
}

const CASES: Case[] = [
  { name: '16 connections', connections: 16, lines: 2, products: 100, cut: 1, least: 0.7 },
  { name: '1 connection', connections: 1, lines: 2, products: 100, cut: 4, least: 0.75 },
  { name: '64 buyers of one product', connections: 64, lines: 1, products: 1, cut: 1, least: 0.7 },
];

interface Measured {
  sides: Sides;
  products: number[];
  database: Databases;
  server: number;
}

const basketOf =
  ({ lines, products: choice }: Pick<Case, 'lines' | 'products'>, products: number[]): Basket =>
  () => {
    const first = Math.floor(Math.random() * choice);
    return Array.from({ length: lines }, (_, line) => ({
      product_id: products[(first + line * 7) % choice] ?? 0,
      quantity: 1,
    }));
  };

/** Prints the case's line of the table. Returns whether every order was placed and the ratio is reached. */
async function measure(wanted: Case, { sides, products, database, server }: Measured): Promise<boolean> {
  const basket = basketOf(wanted, products);
  const { connections, cut, name, least } = wanted;
  const seconds = Number(options.seconds);
  const shots = (each: number) =>
    mapped(
      sides,
      ({ target }) =>
        () =>
          shoot(target, connections, each, basket),
    );
  const rounds = { rounds: Number(options.rounds) * cut, noise: Number(options.noise) };
  const { rates, failures, noisy } = await runRounds(shots(seconds / cut), rounds);
  const { isReached, parts } = judge(rates, least);
  const [platform, alone] = [mean(rates.platform), mean(rates['one process'])];
  console.log(
    [
      `${name}: ${parts.join('; ')}`,
      `raw in one process ${alone.toFixed(0)}/s, ratio ${(platform / alone).toFixed(2)}`,
      `${noisy} noisy rounds thrown away`,
      ...(failures > 0 ? [`FAILURES ${failures}`] : []),
    ].join('; '),
  );
  const longer = shots(seconds);
  const costed = mapped(sides, ({ processes }, side) => ({ processes, shoot: longer[side] }));
  await printCosts(costed, { unit: 'order', database, server, profiled: options.profile !== undefined });
  return failures === 0 && isReached;
}

function mapped<T>(sides: Sides, make: (side: Side, name: keyof Sides) => T): Record<keyof Sides, T> {
  return Object.fromEntries(SIDES.map((name) => [name, make(sides[name], name)])) as Record<keyof Sides, T>;
}

/** Prints the ratios. Returns whether every order was placed and each ratio is reached. */
export async function benchOrders(): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-orders-'));
  const [servers, cloud] = await Promise.all([Servers.start({ durable: true }), startEmptyCloud()]);
  const at = (name: string) => ({ folder: join(folder, name), cloud, profileFolder: options.profile });
  const others = await stand(servers, at('raw'));
  await endServices(others.platform);
  const ours = await stand(servers, at('platform'));
  const sides: Sides = {
    platform: platformSide(ours),
    raw: await rawSide(others, at('raw'), false),
    'one process': await rawSide(others, at('raw'), true),
  };
  const { platform, products } = ours;
  let complete = true;
  await warmUp(sides, basketOf({ lines: 2, products: products.length }, products));
  for (const wanted of CASES) {
    if (options.only !== undefined && Number(options.only) !== wanted.connections) continue;
    const measured = { sides, products, database: platform.databases, server: servers.database.pid };
    complete = (await measure(wanted, measured)) && complete;
  }
  await endServices(platform);
  await Promise.all([platform.close(), others.platform.close()]);
  await servers.stop();
  rmSync(folder, { recursive: true, force: true });
  return complete;
}
