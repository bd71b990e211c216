import { Database, inList, Purge, type Statements } from '@app/database';
import { Injectable } from '@nestjs/common';
import type { ProviderEvent } from '../providers/provider-payment.js';
import { type EventOutcome, StoredEvent } from './provider-event.entity.js';

/** As long as a provider repeats its events and tells of them in its lists. */
const KEEP_MS = 31 * 86_400_000;

@Injectable()
export class ProviderEventsRepository {
  private readonly table: Statements<StoredEvent>;
  private readonly purge: Purge;

  constructor(private readonly database: Database) {
    this.table = database.statements(StoredEvent);
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
  async unknown<E extends ProviderEvent>(provider: string, events: readonly E[]): Promise<E[]> {
    const refs = events.map(({ event_ref }) => event_ref);
    if (refs.length === 0) return [];
    const sql = `SELECT event_ref FROM provider_events WHERE provider = ? AND event_ref ${inList(refs)}`;
    const rows = await this.database.query<{ event_ref: string }>(sql, [provider, ...refs]);
    const known = new Set(rows.map(({ event_ref }) => event_ref));
    return events.filter(({ event_ref }) => !known.has(event_ref));
  }

  /** What is known of one payment, oldest first. Scans the whole table: for people, not for requests. */
  about(provider: string, objectRef: string, limit: number): Promise<StoredEvent[]> {
    const order = { id: 'ASC' } as const;
    return this.database.repository(StoredEvent).find({ where: { provider, objectRef }, order, take: limit });
  }

  /** Events that are to be looked after, those that wait longest first. */
  async due(now: Date, limit: number): Promise<StoredEvent[]> {
    const sql = `SELECT ${this.table.columnList()} FROM provider_events WHERE next_try_at <= ? ORDER BY next_try_at, id LIMIT ${limit}`;
    return (await this.database.query<object>(sql, [now])).map((row) => this.table.toEntity(row));
  }

  /** False if somebody else has taken it since it was read. */
  async claim({ id, nextTryAt }: StoredEvent, until: Date): Promise<boolean> {
    const sql = 'UPDATE provider_events SET next_try_at = ?, attempts = attempts + 1 WHERE id = ? AND next_try_at = ?';
    return (await this.database.execute(sql, [until, id, nextTryAt])).affected === 1;
  }

  async settle(ids: readonly number[], outcome: EventOutcome, at: Date): Promise<void> {
    const sql = `UPDATE provider_events SET outcome = ?, next_try_at = NULL, processed_at = ? WHERE id ${inList(ids)}`;
    await this.database.execute(sql, [outcome, at, ...ids]);
  }

  async postpone(ids: readonly number[], until: Date): Promise<void> {
    await this.database.execute(`UPDATE provider_events SET next_try_at = ? WHERE id ${inList(ids)}`, [until, ...ids]);
  }
}
