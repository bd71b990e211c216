import type { Databases } from '../proofs/frame/databases.js';
import { shoot } from './load.js';
import { processorMs } from './machine.js';
import type { Basket } from './rounds.js';
import { type Side, SIDES, type Sides } from './sides.js';

const COUNTERS = ['Com_stmt_execute', 'Com_commit', 'Com_select', 'Com_insert', 'Com_update'];

export interface CostOptions {
  connections: number;
  seconds: number;
  basket: Basket;
  database: Databases;
  /** The database server's process id. */
  server: number;
  profiled: boolean;
}

/** Prints each side's statements (equal in a fair comparison) and processor time per order. */
export async function printCosts(sides: Sides, options: CostOptions): Promise<void> {
  const { connections, seconds, basket, database, server, profiled } = options;
  for (const side of SIDES) {
    const processes = { ...sides[side].processes, database: server, load: process.pid };
    const read = async () => [
      ...(await Promise.all(COUNTERS.map((name) => database.counter(name)))),
      ...Object.values(processes).map(processorMs),
    ];
    const before = await read();
    if (profiled) signal(sides[side]);
    const { placed } = await shoot(sides[side].target, connections, seconds, basket);
    if (profiled) signal(sides[side]);
    const costs = (await read()).map((cost, i) => ((cost - (before[i] ?? 0)) / placed).toFixed(2));
    const names = [...COUNTERS, ...Object.keys(processes).map((name) => `${name} ms`)];
    console.log(`  ${side}, per order: ${names.map((name, i) => `${name} ${costs[i]}`).join(', ')}`);
  }
}

function signal({ processes }: Side): void {
  for (const pid of Object.values(processes)) process.kill(pid, 'SIGUSR2');
}
