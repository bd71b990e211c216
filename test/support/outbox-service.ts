import { Database, openDataSource } from '@app/database';
import { type Envelope, makeEnvelope } from '@app/events';
import { newContext } from '@app/kernel';
import {
  INBOX_ENTITIES,
  INBOX_MIGRATIONS,
  Outbox,
  OUTBOX_ENTITIES,
  OUTBOX_MIGRATIONS,
  type OutboxOptions,
  OutboxRows,
  Relay,
} from '@app/outbox';
import type { TestClock } from './test-clock.js';

export async function openOutbox(url: string): Promise<Database> {
  const migrations = [...OUTBOX_MIGRATIONS, ...INBOX_MIGRATIONS];
  const entities = [...OUTBOX_ENTITIES, ...INBOX_ENTITIES];
  return new Database(await openDataSource({ url, defaultDatabase: 'unused', entities, migrations, poolSize: 6 }));
}

/** One service's outbox and relay, with a list as the topic, and a cache if there is one. */
export function outboxService(
  database: Database,
  clock: TestClock,
  topic?: OutboxOptions['destinations']['topic'],
  cache?: OutboxOptions['destinations']['cache'],
) {
  const published: Envelope[] = [];
  const destinations = {
    topic: async (envelope: Envelope) => {
      await topic?.(envelope);
      published.push(envelope);
    },
    ...(cache ? { cache } : {}),
  };
  const options = { destinations, sweepMs: 20 };
  const relay = new Relay(new OutboxRows(database, clock), options, database);
  return { relay, outbox: new Outbox(database, options, relay, clock), published };
}

export function lowStock(id: number): Envelope {
  const payload = { product_id: id, sku: `sku-${id}`, name: 'Cup', available_quantity: 1, low_stock_threshold: 5 };
  return makeEnvelope('inventory.low', { ...about(id), payload });
}

/** The required fields of an envelope other than its payload. */
export function about(id: number) {
  const { requestId, traceparent } = newContext();
  return { aggregate_id: id, aggregate_version: 1, request_id: requestId, traceparent, occurred_at: new Date() };
}
