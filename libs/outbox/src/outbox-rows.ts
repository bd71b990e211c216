import { randomUUID } from 'node:crypto';
import { Database, Purge } from '@app/database';
import { backoff, Clock, gathering, latestEnd } from '@app/kernel';
import { type Envelope, withoutPersonalData } from '@app/events';
import { Injectable } from '@nestjs/common';
import type { Destination, Notice } from './publishers.js';

/** A row that this relay alone may publish until its lease ends. */
export interface ClaimedRow {
  id: number;
  claim: string;
  destination: Destination;
  envelope: Envelope | Notice;
  attempts: number;
}

/** Most rows of one claim: three calls' worth, which are made at once. */
export const CLAIMED_AT_ONCE = 30;
/** What a killed relay had claimed waits this long; it is the longest an e-mail is late after a crash. */
const LEASE_MS = 10_000;
const MARKED_AT_ONCE = 10;
const MAX_ATTEMPTS = 20;
const RETRY = { base: 1_000, max: 300_000 };
/** Nobody lets a row wait longer. */
const LONGEST_WAIT_MS = RETRY.base + RETRY.max;
const RECALLED_AT_ONCE = 500;
/** How long a row waits whose destination is away; with the relay's own pause this bounds what an outage adds to its length. */
const AWAY = { least: 2_000, spread: 8_000 };
const KEEP_SENT_MS = 7 * 86_400_000;

/**
 * The outbox table as the relay sees it. `due_at` says when a row is to be published next: a claim moves it to the end
 * of the lease, a failure to the end of the backoff, and null means that nothing is left to do.
 */
@Injectable()
export class OutboxRows {
  private readonly purge: Purge;

  /** Notes that the row has arrived. Rows that arrive together, as those of one call do, are noted by one statement. */
  readonly markSent = gathering<ClaimedRow, undefined>(MARKED_AT_ONCE, (rows) => this.storeSent(rows));

  /** Tries the row again soon. The attempt does not count: its destination was away, for however long that may be. */
  readonly postpone = gathering<ClaimedRow, undefined>(CLAIMED_AT_ONCE, (rows) => this.storePostponed(rows));

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {
    this.purge = new Purge(database, 'outbox', 'sent_at', KEEP_SENT_MS);
  }

  /** Takes due rows in a short transaction; two relays never take the same one. */
  claim(): Promise<ClaimedRow[]> {
    const claim = randomUUID();
    const now = this.clock.now();
    const skipLocked = this.database.dialect === 'mysql' ? ' FOR UPDATE SKIP LOCKED' : '';
    return this.database.transaction(async (tx) => {
      const rows = await this.database.query<{
        id: number;
        destination: Destination;
        envelope: string;
        attempts: number;
      }>(
        `SELECT id, destination, envelope, attempts FROM outbox WHERE due_at <= ? ORDER BY due_at, id LIMIT ${CLAIMED_AT_ONCE}${skipLocked}`,
        [now],
        tx,
      );
      if (rows.length === 0) return [];
      await this.database.execute(
        `UPDATE outbox SET claim = ?, due_at = ?, attempts = attempts + 1 WHERE id IN (${rows.map(() => '?').join(', ')})`,
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

  /** Makes rows due that would wait longer than anybody lets them: the clock was put back. Answers how many there were. */
  async recall(): Promise<number> {
    const now = this.clock.now();
    const rows = await this.database.query<{ id: number }>(
      `SELECT id FROM outbox WHERE due_at > ? ORDER BY due_at LIMIT ${RECALLED_AT_ONCE}`,
      [latestEnd(now, LONGEST_WAIT_MS)],
    );
    if (rows.length > 0) {
      const ids = rows.map(({ id }) => id);
      const sql = `UPDATE outbox SET due_at = ? WHERE due_at > ? AND id IN (${ids.map(() => '?').join(', ')})`;
      await this.database.execute(sql, [now, latestEnd(now, LONGEST_WAIT_MS), ...ids]);
    }
    return rows.length;
  }

  /** Schedules the next attempt, or parks the row after the last one; answers whether it is parked. */
  async markFailed({ id, claim, attempts }: ClaimedRow, reason: string): Promise<boolean> {
    const now = this.clock.now();
    const parked = attempts >= MAX_ATTEMPTS;
    const again = new Date(now.getTime() + RETRY.base + backoff(attempts, RETRY));
    await this.database.execute(
      'UPDATE outbox SET due_at = ?, parked_at = ?, claim = NULL, last_error = ? WHERE id = ? AND claim = ?',
      [parked ? null : again, parked ? now : null, reason.slice(0, 500), id, claim],
    );
    return parked;
  }

  private async storePostponed(rows: ClaimedRow[]): Promise<undefined[]> {
    const again = new Date(this.clock.now().getTime() + AWAY.least + Math.random() * AWAY.spread);
    const claims = [...Map.groupBy(rows, ({ claim }) => claim)];
    await Promise.all(
      claims.map(([claim, same]) =>
        this.database.execute(
          `UPDATE outbox SET due_at = ?, attempts = attempts - 1, claim = NULL, last_error = 'The destination is away.'
           WHERE id IN (${same.map(() => '?').join(', ')}) AND claim = ?`,
          [again, ...same.map(({ id }) => id), claim],
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

  /** One statement, whose texts are few: the server prepares each once. */
  private async storeSentClaim(rows: ClaimedRow[]): Promise<void> {
    const kept = rows.flatMap(({ id, envelope }) => [id, JSON.stringify(withoutPersonalData(envelope))]);
    const claim = rows[0]?.claim ?? null;
    await this.database.execute(
      `UPDATE outbox SET sent_at = ?, due_at = NULL, claim = NULL, last_error = NULL,
         envelope = CASE id ${rows.map(() => 'WHEN ? THEN ?').join(' ')} END
       WHERE id IN (${rows.map(() => '?').join(', ')}) AND claim = ?`,
      [this.clock.now(), ...kept, ...rows.map(({ id }) => id), claim],
    );
  }
}
