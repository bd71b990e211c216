import { declareMetric, type Metrics } from '@app/telemetry';
import type { Database } from './database.js';

/** The queues inside mysql2's pool, which has no public access to them. */
interface Pool {
  _allConnections: { length: number };
  _freeConnections: { length: number };
  _connectionQueue: { length: number };
}

const CONNECTIONS = declareMetric(
  'gauge',
  'database_connections',
  'Connections of the pool by state (busy, idle), and who waits for one (waiting).',
  ['state'],
);

/** Reports how much of the pool is in use; the embedded database has no pool. */
export function watchDatabase(metrics: Metrics, { dataSource }: Database): void {
  const read = (of: (pool: Pool) => number) => () => {
    const { pool } = dataSource.driver as { pool?: Pool };
    if (!pool?._allConnections) throw new Error('There is no pool.');
    return of(pool);
  };
  const busy = read((pool) => pool._allConnections.length - pool._freeConnections.length);
  metrics.watch(CONNECTIONS, { state: 'busy' }, busy);
  metrics.watch(
    CONNECTIONS,
    { state: 'idle' },
    read((pool) => pool._freeConnections.length),
  );
  metrics.watch(
    CONNECTIONS,
    { state: 'waiting' },
    read((pool) => pool._connectionQueue.length),
  );
}
