import type { Database } from '@app/database';
import type { Clock } from '@app/kernel';
import { declareMetric, type Metrics } from '@app/telemetry';

const EVENTS_LAG = declareMetric(
  'gauge',
  'provider_events_lag_seconds',
  "Age of the payment provider's oldest event that is not looked after.",
);
const REFUNDS_LAG = declareMetric('gauge', 'refunds_lag_seconds', 'Age of the oldest refund that has not ended.');

/** Reports what nobody waits for. Queries the database each time a gauge is read. */
export function watchPayments(metrics: Metrics, database: Database, clock: Clock): void {
  const ageOf = async (sql: string): Promise<number> => {
    const [row] = await database.query<{ oldest: unknown }>(sql);
    const oldest = row?.oldest ?? undefined;
    return oldest === undefined ? 0 : Math.max(0, clock.now().getTime() - database.date(oldest).getTime()) / 1_000;
  };
  metrics.watch(EVENTS_LAG, {}, () =>
    ageOf('SELECT MIN(received_at) AS oldest FROM provider_events WHERE next_try_at IS NOT NULL'),
  );
  metrics.watch(REFUNDS_LAG, {}, () =>
    ageOf('SELECT MIN(created_at) AS oldest FROM refunds WHERE next_try_at IS NOT NULL'),
  );
}
