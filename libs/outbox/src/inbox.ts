import { Database, inList, Purge, type Tx } from '@app/database';
import { afterCommit, Clock } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { InboxMessage } from './inbox-message.entity.js';

/** Longer than a message can live in its queue and dead-letter queue together. */
const KEEP_MS = 30 * 86_400_000;

/** Records handled events in the transaction that handles them. */
@Injectable()
export class Inbox {
  private readonly purge: Purge;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {
    this.purge = new Purge(database, 'inbox', 'received_at', KEEP_MS);
  }

  /** Returns when each of these events was handled; omits those that were not. */
  async received(eventIds: readonly string[]): Promise<Map<string, Date>> {
    if (eventIds.length === 0) return new Map();
    const sql = `SELECT event_id, received_at FROM inbox WHERE event_id ${inList(eventIds)}`;
    const rows = await this.database.query<{ event_id: string; received_at: unknown }>(sql, [...eventIds]);
    return new Map(rows.map(({ event_id, received_at }) => [event_id, this.database.date(received_at)]));
  }

  /** True the first time; false for a redelivery. A concurrent delivery waits for the outcome of the first. */
  async once(tx: Tx, eventId: string): Promise<boolean> {
    try {
      await this.database.insert(InboxMessage, [{ eventId, receivedAt: this.clock.now() }], { tx });
      afterCommit(() => this.purge.remind());
      return true;
    } catch (error) {
      if (this.database.isDuplicate(error)) return false;
      throw error;
    }
  }
}
