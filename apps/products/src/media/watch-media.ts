import type { Database } from '@app/database';
import type { Clock } from '@app/kernel';
import { declareMetric, type Metrics } from '@app/telemetry';

const LAG = declareMetric(
  'gauge',
  'images_lag_seconds',
  'Age of the oldest completed image that is neither ready nor rejected.',
);

/** Reports images for which nobody waits. Queries the database each time the gauge is read. */
export function watchMedia(metrics: Metrics, database: Database, clock: Clock): void {
  metrics.watch(LAG, {}, async () => {
    const sql =
      "SELECT MIN(completed_at) AS oldest FROM product_images WHERE due_at IS NOT NULL AND status = 'processing'";
    const [row] = await database.query<{ oldest: unknown }>(sql);
    const oldest = row?.oldest ?? undefined;
    return oldest === undefined ? 0 : Math.max(0, clock.now().getTime() - database.date(oldest).getTime()) / 1_000;
  });
}
