import type { Envelope } from '@app/events';
import { Database, type Tx } from '@app/database';
import { afterCommit, Clock, inBackground, runOutsideTransaction } from '@app/kernel';
import { Injectable, Logger } from '@nestjs/common';
import { type Destination, type Notice, OutboxOptions } from './publishers.js';
import { Relay } from './relay.js';

const SETTLED_AT_ONCE = 100;

/** Writes events in the business transaction: what is committed is published, at least once; what is not, never. */
@Injectable()
export class Outbox {
  private readonly logger = new Logger('Outbox');
  private readonly settled: string[] = [];
  private settling: Promise<void> | undefined;

  constructor(
    private readonly database: Database,
    private readonly options: OutboxOptions,
    private readonly relay: Relay,
    private readonly clock: Clock,
  ) {
    database.beforeClose(() => this.settling ?? Promise.resolve());
  }

  /**
   * Appends an event to the caller's transaction and has it relayed right after the commit.
   *
   * @throws Error without a running transaction, or for a destination this service has no publisher for.
   */
  async append(tx: Tx, envelope: Envelope, destination: Destination = 'topic'): Promise<void> {
    await this.insert(tx, envelope, destination, 0);
    afterCommit(() => this.relay.kick());
  }

  /**
   * Appends a notice whose work the caller does itself right after the commit: `settle` it then. The relay does it after
   * `graceMs` for a caller who did not live to.
   */
  appendNotice(tx: Tx, notice: Notice, destination: Destination, graceMs: number): Promise<void> {
    return this.insert(tx, notice, destination, graceMs);
  }

  /** Notices whose work is done: they are removed soon, many at once, by a statement nobody waits for. */
  settle(eventIds: readonly string[]): void {
    this.settled.push(...eventIds);
    this.settling ??= inBackground(runOutsideTransaction(() => this.removeSettled())).finally(() => {
      this.settling = undefined;
    });
  }

  private async insert(tx: Tx, message: Envelope | Notice, destination: Destination, delayMs: number): Promise<void> {
    if (!tx?.queryRunner?.isTransactionActive)
      throw new Error('The outbox needs the transaction of Database.transaction.');
    if (!this.options.destinations[destination]) throw new Error(`The outbox has no publisher for "${destination}".`);
    const now = this.clock.now();
    const due = new Date(now.getTime() + delayMs);
    await this.database.execute(
      'INSERT INTO outbox (event_id, destination, event_type, envelope, attempts, due_at, created_at) VALUES (?, ?, ?, ?, 0, ?, ?)',
      [message.event_id, destination, message.event_type, JSON.stringify(message), due, now],
      tx,
    );
  }

  /** One that cannot be removed is relayed, which does its work once more. */
  private async removeSettled(): Promise<void> {
    while (this.settled.length > 0) {
      const ids = this.settled.splice(0, SETTLED_AT_ONCE);
      const sql = `DELETE FROM outbox WHERE event_id IN (${ids.map(() => '?').join(', ')})`;
      await this.database.execute(sql, ids).catch((error: unknown) => this.logger.debug(String(error)));
    }
  }
}
