import { randomUUID } from 'node:crypto';
import { backoff, gathering } from '@app/async';
import { Database, forUpdate, inList, Purge } from '@app/database';
import { type Envelope, withoutPersonalData } from '@app/events';
import { Clock, latestEnd } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import type { Destination, Notice } from './publishers.js';

/** A row that only this relay may publish until its lease expires. */
export interface ClaimedRow {
  id: number;
  claim: string;
  destination: Destination;
  envelope: Envelope | Notice;
  attempts: number;
}

/** Maximum number of rows per claim: three calls, which run concurrently. */
export const CLAIM_BATCH = 30;
/** Rows claimed by a killed relay wait this long, so a crash delays an e-mail by at most this time. */
const LEASE_MS = 10_000;
const MARK_BATCH = 10;
const MAX_ATTEMPTS = 20;
const RETRY = { base: 1_000, max: 300_000 };
/** The longest regular wait of a row. */
const MAX_WAIT_MS = RETRY.base + RETRY.max;
const REPAIR_BATCH = 500;
/**
 * Milliseconds until a retry while the destination is down; with the relay's pause the longest delay after an outage.
 */
const POSTPONE = { least: 2_000, spread: 8_000 };
const KEEP_SENT_MS = 7 * 86_400_000;

/**
 * The outbox table for the relay. `due_at` is when a row is published next: a claim sets it to the end of the lease, a
 * failure to the end of the backoff; null means that nothing is left to do.
 */
@Injectable()
export class OutboxRows {
  private readonly purge: Purge;

  /** Marks the row as sent. Rows that arrive together, such as those of one call, share a statement. */
  readonly markSent = gathering<ClaimedRow, undefined>(MARK_BATCH, (rows) => this.storeSent(rows));

  /** Retries the row soon without counting the attempt: its destination is down, for an unknown time. */
  readonly postpone = gathering<ClaimedRow, undefined>(CLAIM_BATCH, (rows) => this.storePostponed(rows));

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {
    this.purge = new Purge(database, 'outbox', 'sent_at', KEEP_SENT_MS);
  }

  /**
   * Claims due rows in a short transaction, except those for the destinations in `down`; two relays never claim the same
   * row.
   */
  claim(down: readonly Destination[] = []): Promise<ClaimedRow[]> {
    const claim = randomUUID();
    const now = this.clock.now();
    const lock = forUpdate(this.database.dialect, { skipLocked: true });
    const others = down.length > 0 ? ` AND NOT destination ${inList(down)}` : '';
    return this.database.transaction(async (tx) => {
      const rows = await this.database.query<{
        id: number;
        destination: Destination;
        envelope: string;
        attempts: number;
      }>(
        `SELECT id, destination, envelope, attempts FROM outbox
         WHERE due_at <= ?${others} ORDER BY due_at, id LIMIT ${CLAIM_BATCH}${lock}`,
        [now, ...down],
        tx,
      );
      if (rows.length === 0) return [];
      await this.database.execute(
        `UPDATE outbox SET claim = ?, due_at = ?, attempts = attempts + 1 WHERE id ${inList(rows)}`,
        [claim, new Date(now.getTime() + LEASE_MS), ...rows.map(({ id }) => id)],
        tx,
      );
      return rows.map((row) => ({
        ...row,
        claim,
        attempts: row.attempts + 1,
        envelope: JSON.parse(row.envelope) as Envelope | Notice,
      }));
    });
  }

  /** Makes rows due that would wait longer than MAX_WAIT_MS: the clock was set back. Returns their number. */
  async repairDueTimes(): Promise<number> {
    const now = this.clock.now();
    const rows = await this.database.query<{ id: number }>(
      `SELECT id FROM outbox WHERE due_at > ? ORDER BY due_at LIMIT ${REPAIR_BATCH}`,
      [latestEnd(now, MAX_WAIT_MS)],
    );
    if (rows.length > 0) {
      const ids = rows.map(({ id }) => id);
      const sql = `UPDATE outbox SET due_at = ? WHERE due_at > ? AND id ${inList(ids)}`;
      await this.database.execute(sql, [now, latestEnd(now, MAX_WAIT_MS), ...ids]);
    }
    return rows.length;
  }

  /** Schedules the next attempt, or parks the row after the last one; returns whether it is parked. */
  async markFailed({ id, claim, attempts }: ClaimedRow, reason: string): Promise<boolean> {
    const now = this.clock.now();
    const parked = attempts >= MAX_ATTEMPTS;
    const retryAt = new Date(now.getTime() + RETRY.base + backoff(attempts, RETRY));
    await this.database.execute(
      'UPDATE outbox SET due_at = ?, parked_at = ?, claim = NULL, last_error = ? WHERE id = ? AND claim = ?',
      [parked ? null : retryAt, parked ? now : null, reason.slice(0, 500), id, claim],
    );
    return parked;
  }

  private async storePostponed(rows: ClaimedRow[]): Promise<undefined[]> {
    const retryAt = new Date(this.clock.now().getTime() + POSTPONE.least + Math.random() * POSTPONE.spread);
    const claims = [...Map.groupBy(rows, ({ claim }) => claim)];
    await Promise.all(
      claims.map(([claim, same]) =>
        this.database.execute(
          `UPDATE outbox SET due_at = ?, attempts = attempts - 1, claim = NULL, last_error = 'The destination is away.'
           WHERE id ${inList(same)} AND claim = ?`,
          [retryAt, ...same.map(({ id }) => id), claim],
        ),
      ),
    );
    return rows.map(() => undefined);
  }

  private async storeSent(rows: ClaimedRow[]): Promise<undefined[]> {
    this.purge.remind();
    await Promise.all([...Map.groupBy(rows, ({ claim }) => claim).values()].map((same) => this.storeSentClaim(same)));
    return rows.map(() => undefined);
  }

  /** One statement with few variants: the server prepares each text once. */
  private async storeSentClaim(rows: ClaimedRow[]): Promise<void> {
    const kept = rows.flatMap(({ id, envelope }) => [id, JSON.stringify(withoutPersonalData(envelope))]);
    const claim = rows[0]?.claim ?? null;
    await this.database.execute(
      `UPDATE outbox SET sent_at = ?, due_at = NULL, claim = NULL, last_error = NULL,
         envelope = CASE id ${rows.map(() => 'WHEN ? THEN ?').join(' ')} END
       WHERE id ${inList(rows)} AND claim = ?`,
      [this.clock.now(), ...kept, ...rows.map(({ id }) => id), claim],
    );
  }
}
