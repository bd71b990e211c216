import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Databases } from '../proofs/frame/databases.js';
import { Servers } from '../proofs/frame/servers.js';
import { printCosts } from './costs.js';
import { startEmptyCloud } from './empty-cloud.js';
import { type Basket, runRounds, warmUp } from './rounds.js';
import { endServices, platformSide, rawSide, type Sides, stand } from './sides.js';

const { values: options } = parseArgs({
  args: process.argv.slice(3),
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '2' },
    only: { type: 'string' },
    profile: { type: 'string' },
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
  const shots = { connections, rounds: Number(options.rounds) * cut, seconds: seconds / cut, basket };
  const { rates, failures, noisy } = await runRounds(sides, shots);
  const [platform, raw, alone] = [mean(rates.platform), mean(rates.raw), mean(rates['one process'])];
  const ratio = platform / raw;
  const ratios = rates.platform.map((rate, round) => rate / (rates.raw[round] ?? 1));
  console.log(
    [
      `${name}: platform ${platform.toFixed(0)}/s, raw ${raw.toFixed(0)}/s`,
      `ratio ${ratio.toFixed(2)} (≥ ${least.toFixed(2)}: ${ratio >= least ? 'reached' : 'MISSED'})`,
      `${ratios.length} rounds, the middle half from ${quantile(ratios, 0.25).toFixed(2)} to ${quantile(ratios, 0.75).toFixed(2)}`,
      `raw in one process ${alone.toFixed(0)}/s, ratio ${(platform / alone).toFixed(2)}`,
      `${noisy} noisy rounds thrown away`,
      ...(failures > 0 ? [`FAILURES ${failures}`] : []),
    ].join('; '),
  );
  await printCosts(sides, {
    connections,
    seconds,
    basket,
    database,
    server,
    profiled: options.profile !== undefined,
  });
  return failures === 0 && ratio >= least;
}

const mean = (numbers: number[]): number => numbers.reduce((sum, each) => sum + each, 0) / numbers.length;

const quantile = (numbers: number[], share: number): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length * share)] ?? 0;

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
