import { systemTime } from '@app/kernel';
import type { Pool, PoolConnection } from 'mysql2';

type Free = PoolConnection & { lastActiveTime: number };

/**
 * Closes connections that were idle for `ms` instead of handing them out. A timer does not help: a Lambda is frozen
 * between its events, and wakes up with connections that the server closed long ago.
 */
export function endIdle(pool: Pool, ms: number): void {
  const { _freeConnections: free } = pool as unknown as {
    _freeConnections: { length: number; get(index: number): Free };
  };
  const connect = pool.getConnection.bind(pool);
  pool.getConnection = (callback: Parameters<typeof connect>[0]) => {
    // The first one has been idle the longest.
    while (free.length > 0 && systemTime() - free.get(0).lastActiveTime > ms) free.get(0).destroy();
    connect(callback);
  };
}
