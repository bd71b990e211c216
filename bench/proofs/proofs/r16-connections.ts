import { readFileSync } from 'node:fs';
import { Database, openDataSource } from '@app/database';
import { parse } from 'yaml';
import { exactly, info, none } from '../frame/figures.js';
import { underLoad, sleep } from '../frame/load.js';
import type { Proof } from '../frame/proof.js';

const WORKERS = 200;
/** Concurrent requests per worker; Lambda gives it one, a poller ten. */
const AT_ONCE = 4;
const LOAD_MS = 10_000;
const TOO_MANY = /Too many connections|ER_CON_COUNT_ERROR/;

/** The share of the server's maximum that a stage's functions may use: test/contracts/infrastructure/data.ts. */
const BUDGET = 0.8;

/**
 * 200 instances, each with the functions' pool (infra/stages.yml), on a server that allows only the connections of a
 * stage with so many instances. A test of the template asserts that each stage's functions stay inside its server's
 * budget; the guard switched off here is the size of the pool.
 */
export const connections: Proof = {
  name: 'R16',
  failure: 'too many connections',
  mutants: ['unbounded-pools'],
  alone: true,
  async run(stage) {
    const url = `${stage.servers.database.url}/mysql`;
    const shipped = poolSizeOfStages();
    const poolSize = stage.mutants.length === 0 ? shipped : AT_ONCE;
    const options = {
      url,
      migrated: 'elsewhere' as const,
      defaultDatabase: '',
      entities: [],
      migrations: [],
    };
    const open = async (size: number) => new Database(await openDataSource({ ...options, poolSize: size }));
    const server = await open(1);
    const allowed = Math.ceil((WORKERS * shipped) / BUDGET);
    const former = await maximum(server);
    await server.query(`SET GLOBAL max_connections = ${allowed}`);
    const workers = await Promise.all(Array.from({ length: WORKERS }, () => open(poolSize)));
    const seen = { requests: 0, refused: 0, failed: 0 };
    const request = async (worker: Database | undefined): Promise<void> => {
      seen.requests += 1;
      await worker?.query('SELECT SLEEP(0.02)').catch((error: Error) => {
        seen[TOO_MANY.test(`${String(error)} ${String(error.cause)}`) ? 'refused' : 'failed'] += 1;
      });
    };
    try {
      await underLoad(
        WORKERS,
        async (client) => void (await Promise.all(Array.from({ length: AT_ONCE }, () => request(workers[client])))),
        () => sleep(stage.amount(LOAD_MS, 3_000)),
      );
      const [used] = await server.query<{ Value: string }>("SHOW GLOBAL STATUS LIKE 'Threads_connected'");
      return [
        exactly('workers', workers.length, WORKERS),
        info('connections of each', poolSize),
        info('requests', seen.requests),
        info('connections', Number(used?.Value)),
        info('allowed', await maximum(server)),
        none('too many connections', seen.refused),
        none('other failures', seen.failed),
      ];
    } finally {
      await Promise.all(workers.map((worker) => worker.close()));
      await server.query(`SET GLOBAL max_connections = ${former}`);
      await server.close();
    }
  },
};

const poolSizeOfStages = () =>
  (parse(readFileSync('infra/stages.yml', 'utf8')) as { default: { poolSize: number } }).default.poolSize;

async function maximum(server: Database): Promise<number> {
  const [row] = await server.query<{ allowed: number }>('SELECT @@GLOBAL.max_connections AS allowed');
  return Number(row?.allowed);
}
