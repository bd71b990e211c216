import type { Envelope } from '@app/events';
import { Database, type Tx } from '@app/database';
import { afterCommit, Clock } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { type Destination, OutboxOptions } from './publishers.js';
import { Relay } from './relay.js';

/** Writes events in the business transaction: what is committed is published, at least once; what is not, never. */
@Injectable()
export class Outbox {
  constructor(
    private readonly database: Database,
    private readonly options: OutboxOptions,
    private readonly relay: Relay,
    private readonly clock: Clock,
  ) {}

  /**
   * Appends an event to the caller's transaction and has it relayed right after the commit.
   *
   * @throws Error without a running transaction, or for a destination this service has no publisher for.
   */
  async append(tx: Tx, envelope: Envelope, destination: Destination = 'topic'): Promise<void> {
    if (!tx?.queryRunner?.isTransactionActive)
      throw new Error('Outbox.append needs the transaction of Database.transaction.');
    if (!this.options.destinations[destination]) throw new Error(`The outbox has no publisher for "${destination}".`);
    const now = this.clock.now();
    await this.database.execute(
      'INSERT INTO outbox (event_id, destination, event_type, envelope, attempts, due_at, created_at) VALUES (?, ?, ?, ?, 0, ?, ?)',
      [envelope.event_id, destination, envelope.event_type, JSON.stringify(envelope), now, now],
      tx,
    );
    afterCommit(() => this.relay.kick());
  }
}
