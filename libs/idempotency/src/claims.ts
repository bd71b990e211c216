import { randomUUID } from 'node:crypto';
import { Database, Purge, type Tx } from '@app/database';
import { afterCommit, Clock, DomainError, latestEnd } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { IdempotencyKey } from './idempotency-key.entity.js';
import { UnfreedKeys } from './unfreed-keys.js';

/** After this time a key may be taken over: its first request has died. */
const LEASE_MS = 60_000;
const KEEP_MS = 24 * 3_600_000;
/** Each round either ends, or starts again because another request made a change in between. */
const MAX_ROUNDS = 5;

/** The right to run a request under its key, until another request takes over the expired lease. */
export class Claim {
  committed = false;
  /** Whether there was nothing to do, so that a repetition may as well run. */
  unused = false;
  /** Whether work under the reference goes on after a failure. */
  keepsReference = false;

  constructor(
    readonly keyHash: string,
    readonly lease: string,
    readonly reference: string,
  ) {}
}

/** A stored response, sent instead of running the request again. */
export class Replay {
  constructor(readonly body: unknown) {}
}

/** The claimed keys, in their table. */
@Injectable()
export class Claims {
  private readonly purge: Purge;
  private readonly unfreed: UnfreedKeys<Claim>;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {
    this.purge = new Purge(database, 'idempotency_keys', 'expires_at', 0);
    this.unfreed = new UnfreedKeys(database, (claim) => this.release(claim));
  }

  /**
   * Claims a key, or returns its stored response.
   *
   * @throws DomainError `idempotency-key-reused` for another body, `idempotency-key-in-use` while the first request may
   * still run.
   */
  async claim(keyHash: string, fingerprint: string): Promise<Claim | Replay> {
    this.purge.remind();
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const outcome = (await this.insert(keyHash, fingerprint)) ?? (await this.resolveExisting(keyHash, fingerprint));
      if (outcome) return outcome;
    }
    throw inUse();
  }

  /** Stores the response in the business transaction; only the holder of the lease can. */
  async commit(tx: Tx, claim: Claim, answer: { body: unknown; subject: string | null }): Promise<void> {
    const { affected } = await this.database.execute(
      'UPDATE idempotency_keys SET response = ?, subject = ? WHERE key_hash = ? AND lease = ? AND response IS NULL',
      [JSON.stringify(answer.body ?? null), answer.subject, claim.keyHash, claim.lease],
      tx,
    );
    if (affected !== 1) throw inUse();
    afterCommit(() => (claim.committed = true));
  }

  async forget(subject: string, tx?: Tx): Promise<void> {
    await this.database.execute('DELETE FROM idempotency_keys WHERE subject = ?', [subject], tx);
  }

  /**
   * Releases the key of a failed request, unless a response is stored; with `keepsReference` the next request under the
   * key takes it over. Never rejects: if the database is down, the release is retried in the background.
   */
  async free(claim: Claim): Promise<void> {
    await this.release(claim).catch(() => this.unfreed.add(claim));
  }

  private async release({ keyHash, lease, keepsReference }: Claim): Promise<void> {
    const unanswered = 'key_hash = ? AND lease = ? AND response IS NULL';
    const values = [keyHash, lease];
    if (!keepsReference) await this.database.execute(`DELETE FROM idempotency_keys WHERE ${unanswered}`, values);
    else
      await this.database.execute(`UPDATE idempotency_keys SET lease_until = ? WHERE ${unanswered}`, [
        this.in(0),
        ...values,
      ]);
  }

  private async insert(keyHash: string, fingerprint: string): Promise<Claim | undefined> {
    const claim = new Claim(keyHash, randomUUID(), randomUUID());
    try {
      const { reference, lease } = claim;
      const times = { leaseUntil: this.in(LEASE_MS), expiresAt: this.in(KEEP_MS) };
      await this.database.insert(IdempotencyKey, [{ keyHash, fingerprint, reference, lease, ...times }]);
      return claim;
    } catch (error) {
      if (this.database.isDuplicate(error)) return undefined;
      // The row may have been inserted all the same, and no request would know that it owns the key.
      this.unfreed.add(claim);
      throw error;
    }
  }

  /** Handles an existing key; returns undefined when it has just been deleted, so that the caller inserts again. */
  private async resolveExisting(keyHash: string, fingerprint: string): Promise<Claim | Replay | undefined> {
    const row = await this.database.findOne(IdempotencyKey, 'WHERE key_hash = ?', [keyHash]);
    if (!row) return undefined;
    if (row.expiresAt <= this.clock.now()) {
      await this.database.execute('DELETE FROM idempotency_keys WHERE id = ? AND lease = ?', [row.id, row.lease]);
      return undefined;
    }
    if (row.fingerprint !== fingerprint) {
      throw new DomainError('idempotency-key-reused', 'This Idempotency-Key belongs to a request with another body.');
    }
    if (row.response !== null) return new Replay(JSON.parse(row.response));
    if (this.holds(row.leaseUntil)) throw inUse(this.retryAfterSeconds(row.leaseUntil));
    return this.takeOver(keyHash, row);
  }

  /** The first request has died: the new one continues with the same reference. */
  private async takeOver(keyHash: string, row: IdempotencyKey): Promise<Claim | undefined> {
    const claim = new Claim(keyHash, randomUUID(), row.reference);
    const { affected } = await this.database.execute(
      'UPDATE idempotency_keys SET lease = ?, lease_until = ?, expires_at = ? WHERE id = ? AND lease = ? AND response IS NULL',
      [claim.lease, this.in(LEASE_MS), this.in(KEEP_MS), row.id, row.lease],
    );
    return affected === 1 ? claim : undefined;
  }

  private in(ms: number): Date {
    return new Date(this.clock.now().getTime() + ms);
  }

  private holds(leaseUntil: Date): boolean {
    const now = this.clock.now();
    return leaseUntil > now && leaseUntil <= latestEnd(now, LEASE_MS);
  }

  /**
   * Seconds until a retry makes sense: the age of the claim (what has run long, tends to run longer), at most its
   * lease.
   */
  private retryAfterSeconds(leaseUntil: Date): number {
    const left = leaseUntil.getTime() - this.clock.now().getTime();
    return Math.max(1_000, Math.min(LEASE_MS - left, left)) / 1_000;
  }
}

function inUse(retryAfter = 1): DomainError {
  const sentence = 'The first request with this Idempotency-Key still runs, or it broke off: send it again later.';
  return new DomainError('idempotency-key-in-use', sentence, { retryAfter });
}
