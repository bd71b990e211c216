import type { Databases } from '../proofs/frame/databases.js';
import type { Shot } from './load.js';
import { processorMs } from './machine.js';

const COUNTERS = ['Com_stmt_execute', 'Com_commit', 'Com_select', 'Com_insert', 'Com_update', 'Com_delete'];

/** What a side's work costs. */
export interface Costed {
  /** Process ids. */
  processes: Record<string, number>;
  shoot: () => Promise<Shot>;
}

export interface CostOptions {
  /** What is counted, such as `order`. */
  unit: string;
  database: Databases;
  /** The database server's process id. */
  server: number;
  profiled: boolean;
}

/** Prints each side's statements (equal in a fair comparison) and processor time per unit. */
export async function printCosts(sides: Record<string, Costed>, options: CostOptions): Promise<void> {
  const { unit, database, server, profiled } = options;
  for (const [side, { processes: own, shoot }] of Object.entries(sides)) {
    const processes = { ...own, database: server, load: process.pid };
    const read = async () => [
      ...(await Promise.all(COUNTERS.map((name) => database.counter(name)))),
      ...Object.values(processes).map(processorMs),
    ];
    const before = await read();
    if (profiled) signal(own);
    const { placed } = await shoot();
    if (profiled) signal(own);
    const costs = (await read()).map((cost, i) => ((cost - (before[i] ?? 0)) / placed).toFixed(2));
    const names = [...COUNTERS, ...Object.keys(processes).map((name) => `${name} ms`)];
    console.log(`  ${side}, per ${unit}: ${names.map((name, i) => `${name} ${costs[i]}`).join(', ')}`);
  }
}

function signal(processes: Record<string, number>): void {
  for (const pid of Object.values(processes)) process.kill(pid, 'SIGUSR2');
}
