import { Database, type Tx } from '@app/database';
import { Injectable } from '@nestjs/common';
import { type EventOutcome, StoredEvent } from '../provider-events/provider-event.entity.js';

export interface StoredEventFilter {
  outcome: EventOutcome | undefined;
  objectRef: string | undefined;
}

@Injectable()
export class ProviderEventsAdminRepository {
  constructor(private readonly database: Database) {}

  /** The newest first. */
  list({ outcome, objectRef }: StoredEventFilter, limit: number): Promise<StoredEvent[]> {
    const where = { ...(outcome !== undefined && { outcome }), ...(objectRef !== undefined && { objectRef }) };
    return this.database.repository(StoredEvent).find({ where, order: { id: 'DESC' }, take: limit });
  }

  find(id: number, tx?: Tx): Promise<StoredEvent | null> {
    return this.database.repository(StoredEvent, tx).findOneBy({ id });
  }

  /** Lets it be looked after at once, as if it had just come. False if its outcome has changed meanwhile. */
  async requeue(tx: Tx, { id, outcome }: StoredEvent, now: Date): Promise<boolean> {
    const sql = `UPDATE provider_events SET outcome = 'waiting', attempts = 0, next_try_at = ?, processed_at = NULL
      WHERE id = ? AND outcome = ?`;
    return (await this.database.execute(sql, [now, id, outcome], tx)).affected === 1;
  }
}
