import type { Tx } from '@app/database';
import { Clock } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { tooManyAttempts } from './credentials.errors.js';
import { accountKey, clientKey, ServerSecret } from './secrets.js';
import { WindowCountsRepository } from './window-counts.repository.js';

/** Whose password is tried, and from where. The account need not exist: unknown ones are counted alike. */
export interface Attempt {
  account: string;
  address: string;
  /** Whether the account has logged in from there before: then the failures of others do not bound it. */
  known: boolean;
}

const PAIR = { limit: 5, windowMs: 15 * 60_000 };
const ACCOUNT = { limit: 50, windowMs: 3_600_000 };

interface Limit {
  key: string;
  limit: number;
  windowMs: number;
}

/** Counts wrong passwords per account and address, and per account, in the database that all instances share. */
@Injectable()
export class FailedAttempts {
  constructor(
    private readonly counts: WindowCountsRepository,
    private readonly clock: Clock,
    private readonly secret: ServerSecret,
  ) {}

  /** Throws `too-many-attempts` once a limit is reached. */
  async assertBelowLimit(attempt: Attempt): Promise<void> {
    await this.assertCounts(attempt, 0);
  }

  /** Counts one more. Throws `too-many-attempts` when others that ran at the same time have reached the limit before. */
  async record(attempt: Attempt): Promise<void> {
    const now = this.clock.now();
    const account = accountKey(this.secret, attempt.account);
    const counted = this.limits(attempt).map(({ key, windowMs }) => ({
      key,
      accountKey: account,
      endsAt: new Date(now.getTime() + windowMs),
    }));
    await this.counts.add(counted, now);
    await this.assertCounts(attempt, 1);
  }

  /** A success forgives the pair; the account's count stays, or an owner's logins would cover a distributed attack. */
  async forgive(attempt: Attempt): Promise<void> {
    await this.counts.forget(clientKey(this.secret, attempt));
  }

  /** Forgets every failure of an account, from wherever it came: whoever reads its mail has proven to own it. */
  async forgiveAll(tx: Tx, account: string): Promise<void> {
    await this.counts.forgetAccount(tx, accountKey(this.secret, account));
  }

  private async assertCounts(attempt: Attempt, own: 0 | 1): Promise<void> {
    const [ofPair, ofAccount] = this.limits(attempt);
    const limits = attempt.known ? [ofPair] : [ofPair, ofAccount];
    const now = this.clock.now();
    for (const { key, count, windowEndsAt } of await this.counts.find(
      limits.map((each) => each.key),
      now,
    )) {
      const limit = limits.find((each) => each.key === key)?.limit ?? 0;
      if (count - own >= limit) throw tooManyAttempts(Math.ceil((windowEndsAt.getTime() - now.getTime()) / 1_000));
    }
  }

  private limits(attempt: Attempt): [Limit, Limit] {
    return [
      { key: clientKey(this.secret, attempt), ...PAIR },
      { key: accountKey(this.secret, attempt.account), ...ACCOUNT },
    ];
  }
}
