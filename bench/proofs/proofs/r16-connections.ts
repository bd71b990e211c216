import { Database, openDataSource } from '@app/database';
import { exactly, none, told } from '../frame/figures.js';
import { underLoad, sleep } from '../frame/load.js';
import type { Proof } from '../frame/proof.js';

const WORKERS = 200;
/** As many requests as a worker is handed at once; Lambda hands it one, a poller ten. */
const AT_ONCE = 4;
const LOAD_MS = 10_000;
const TOO_MANY = /Too many connections|ER_CON_COUNT_ERROR/;

/**
 * As many workers as the functions of a stage may have, each with the pool it would have, on a server that allows 300
 * connections. That a deployed stage stays inside its server's maximum is asserted on the template
 * (test/contracts/infrastructure.spec.ts); the guard that is switched off here is the size of the pool.
 */
export const connections: Proof = {
  name: 'R16',
  failure: 'too many connections',
  mutants: ['unbounded-pools'],
  alone: true,
  async run(stage) {
    const url = `${stage.servers.mariadb.url}/mysql`;
    const poolSize = stage.mutants.length === 0 ? 1 : AT_ONCE;
    const options = {
      url,
      poolSize,
      migrated: 'elsewhere' as const,
      defaultDatabase: '',
      entities: [],
      migrations: [],
    };
    const workers = await Promise.all(
      Array.from({ length: WORKERS }, async () => new Database(await openDataSource(options))),
    );
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
      const [used] = (await workers[0]?.query<{ Value: string }>("SHOW GLOBAL STATUS LIKE 'Threads_connected'")) ?? [];
      return [
        exactly('workers', workers.length, WORKERS),
        told('requests', seen.requests),
        told('connections', Number(used?.Value)),
        none('too many connections', seen.refused),
        none('other failures', seen.failed),
      ];
    } finally {
      await Promise.all(workers.map((worker) => worker.close()));
    }
  },
};
