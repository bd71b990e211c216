import { inBackground } from '@app/async';
import type { Envelope } from '@app/events';
import { Database, inList, type Tx } from '@app/database';
import { afterCommit, Clock, runOutsideTransaction } from '@app/kernel';
import { Injectable, Logger } from '@nestjs/common';
import { OutboxMessage } from './outbox-message.entity.js';
import { type Destination, type Notice, OutboxOptions } from './publishers.js';
import { Relay } from './relay.js';

const SETTLE_BATCH = 100;

/** Writes events in the business transaction: committed events are published at least once, others never. */
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
   * Appends an event to the caller's transaction, and triggers the relay after the commit.
   *
   * @throws Error without a running transaction, or for a destination without a publisher in this service.
   */
  async append(tx: Tx, envelope: Envelope, destination: Destination = 'topic'): Promise<void> {
    await this.insert(tx, envelope, destination, 0);
    afterCommit(() => this.relay.trigger());
  }

  /**
   * Appends a notice whose work the caller does itself right after the commit, and then calls `settle`. If the caller
   * crashes, the relay does the work after `graceMs`.
   */
  appendNotice(tx: Tx, notice: Notice, destination: Destination, graceMs: number): Promise<void> {
    return this.insert(tx, notice, destination, graceMs);
  }

  /** Removes notices whose work is done: soon, in batches, and in the background. */
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
    const row = {
      eventId: message.event_id,
      destination,
      eventType: message.event_type,
      envelope: JSON.stringify(message),
      attempts: 0,
      dueAt: new Date(now.getTime() + delayMs),
      createdAt: now,
    };
    await this.database.insert(OutboxMessage, [row], { tx });
  }

  /** If the removal fails, the relay repeats the work. */
  private async removeSettled(): Promise<void> {
    while (this.settled.length > 0) {
      const ids = this.settled.splice(0, SETTLE_BATCH);
      const sql = `DELETE FROM outbox WHERE event_id ${inList(ids)}`;
      await this.database.execute(sql, ids).catch((error: unknown) => this.logger.debug(String(error)));
    }
  }
}
