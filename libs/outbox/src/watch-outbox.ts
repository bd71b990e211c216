import type { Database } from '@app/database';
import { systemTime } from '@app/kernel';
import { declareMetric, type Metrics } from '@app/telemetry';

const WAITING = declareMetric('gauge', 'outbox_waiting', 'Messages that are committed and not published.');
const PARKED = declareMetric('gauge', 'outbox_parked', 'Messages that nobody tries to publish any more.');
const LAG = declareMetric('gauge', 'outbox_lag_seconds', 'Age of the oldest message that is not published.');

/** Reports how far publishing lags behind the commits. Queries the database each time a gauge is read. */
export function watchOutbox(metrics: Metrics, database: Database): void {
  const number = async (sql: string): Promise<number> => {
    const [row] = await database.query<{ n: unknown }>(sql);
    return Number(row?.n);
  };
  metrics.watch(WAITING, {}, () => number('SELECT COUNT(*) AS n FROM outbox WHERE due_at IS NOT NULL'));
  metrics.watch(PARKED, {}, () => number('SELECT COUNT(*) AS n FROM outbox WHERE parked_at IS NOT NULL'));
  metrics.watch(LAG, {}, async () => {
    const sql = 'SELECT MIN(created_at) AS oldest FROM outbox WHERE due_at IS NOT NULL';
    const [row] = await database.query<{ oldest: unknown }>(sql);
    const oldest = row?.oldest ?? undefined;
    return oldest === undefined ? 0 : Math.max(0, systemTime() - database.date(oldest).getTime()) / 1_000;
  });
}
