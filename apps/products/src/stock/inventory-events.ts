import { type Envelope, makeEnvelope } from '@app/events';
import { currentContext } from '@app/kernel';
import type { StockLevel } from './inventory.repository.js';

export function inventoryLow(level: StockLevel, now: Date): Envelope<'inventory.low'> {
  const { requestId, traceparent } = currentContext();
  return makeEnvelope('inventory.low', {
    aggregate_id: level.product_id,
    aggregate_version: level.version,
    request_id: requestId,
    traceparent,
    occurred_at: now,
    payload: {
      product_id: level.product_id,
      sku: level.sku,
      name: level.name,
      available_quantity: level.available,
      low_stock_threshold: level.low_stock_threshold,
    },
  });
}
