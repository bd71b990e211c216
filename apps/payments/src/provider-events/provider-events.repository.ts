import { Database, forUpdate, inList, Purge } from '@app/database';
import { Injectable } from '@nestjs/common';
import type { ProviderEvent } from '../providers/provider-payment.js';
import { type EventOutcome, StoredEvent } from './provider-event.entity.js';

/** As long as a provider repeats its events and tells of them in its lists. */
const KEEP_MS = 31 * 86_400_000;

@Injectable()
export class ProviderEventsRepository {
  private readonly purge: Purge;

  constructor(private readonly database: Database) {
    this.purge = new Purge(database, 'provider_events', 'processed_at', KEEP_MS);
  }

  /** Stores an event about a payment. False if it is known: providers send the same event several times. */
  async add(provider: string, event: ProviderEvent & { object_ref: string }, at: Date): Promise<boolean> {
    this.purge.remind();
    const row = {
      provider,
      eventRef: event.event_ref,
      type: event.type,
      objectRef: event.object_ref,
      outcome: 'waiting' as const,
      attempts: 0,
      nextTryAt: at,
      createdAt: new Date(event.created_at),
      receivedAt: at,
    };
    try {
      await this.database.insert(StoredEvent, [row]);
      return true;
    } catch (error) {
      if (this.database.isDuplicate(error)) return false;
      throw error;
    }
  }

  /** Those of these events that are not stored. */
  async unknown(provider: string, events: readonly ProviderEvent[]): Promise<ProviderEvent[]> {
    const refs = events.map(({ event_ref }) => event_ref);
    if (refs.length === 0) return [];
    const sql = `SELECT event_ref FROM provider_events WHERE provider = ? AND event_ref ${inList(refs)}`;
    const rows = await this.database.query<{ event_ref: string }>(sql, [provider, ...refs]);
    const known = new Set(rows.map(({ event_ref }) => event_ref));
    return events.filter(({ event_ref }) => !known.has(event_ref));
  }

  /** What is known of one payment, oldest first. Scans the whole table: for people, not for requests. */
  about(provider: string, objectRef: string, limit: number): Promise<StoredEvent[]> {
    const rest = `WHERE provider = ? AND object_ref = ? ORDER BY id LIMIT ${limit}`;
    return this.database.find(StoredEvent, rest, [provider, objectRef]);
  }

  /** Claims events that are to be looked after, those that wait longest first: until then nobody else has them. */
  claim(now: Date, until: Date, limit: number): Promise<StoredEvent[]> {
    const lock = forUpdate(this.database.dialect, { skipLocked: true });
    const due = `WHERE next_try_at <= ? ORDER BY next_try_at, id LIMIT ${limit}${lock}`;
    return this.database.transaction(async (tx) => {
      const events = await this.database.find(StoredEvent, due, [now], tx);
      if (events.length === 0) return [];
      const ids = events.map(({ id }) => id);
      const sql = `UPDATE provider_events SET next_try_at = ?, attempts = attempts + 1 WHERE id ${inList(ids)}`;
      await this.database.execute(sql, [until, ...ids], tx);
      return events;
    });
  }

  async settle(ids: readonly number[], outcome: EventOutcome, at: Date): Promise<void> {
    const sql = `UPDATE provider_events SET outcome = ?, next_try_at = NULL, processed_at = ? WHERE id ${inList(ids)}`;
    await this.database.execute(sql, [outcome, at, ...ids]);
  }

  async postpone(ids: readonly number[], until: Date): Promise<void> {
    await this.database.execute(`UPDATE provider_events SET next_try_at = ? WHERE id ${inList(ids)}`, [until, ...ids]);
  }
}
