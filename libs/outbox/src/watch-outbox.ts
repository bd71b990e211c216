import type { Database } from '@app/database';
import { systemTime } from '@app/kernel';
import type { Metrics } from '@app/telemetry';

/** Reports how far publishing lags behind the commits. Queries the database each time a gauge is read. */
export function watchOutbox(metrics: Metrics, database: Database): void {
  const number = async (sql: string): Promise<number> => {
    const [row] = await database.query<{ n: unknown }>(sql);
    return Number(row?.n);
  };
  metrics.watch('outbox_waiting', {}, () => number('SELECT COUNT(*) AS n FROM outbox WHERE due_at IS NOT NULL'));
  metrics.watch('outbox_parked', {}, () => number('SELECT COUNT(*) AS n FROM outbox WHERE parked_at IS NOT NULL'));
  metrics.watch('outbox_lag_seconds', {}, async () => {
    const sql = 'SELECT MIN(created_at) AS oldest FROM outbox WHERE due_at IS NOT NULL';
    const [row] = await database.query<{ oldest: unknown }>(sql);
    const oldest = row?.oldest ?? undefined;
    return oldest === undefined ? 0 : Math.max(0, systemTime() - database.date(oldest).getTime()) / 1_000;
  });
}
