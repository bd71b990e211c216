import type { Tx } from '@app/database';
import { Clock } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { tooManyAttempts } from './credentials.errors.js';
import { accountKey, clientKey, ServerSecret } from './secrets.js';
import { WindowCountsRepository } from './window-counts.repository.js';

/** A login attempt: which account, from which address. Accounts that do not exist are counted in the same way. */
export interface Attempt {
  account: string;
  address: string;
  /** Whether the account has logged in from there before: then failures from elsewhere do not limit it. */
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
export class FailedAttemptsService {
  constructor(
    private readonly counts: WindowCountsRepository,
    private readonly clock: Clock,
    private readonly secret: ServerSecret,
  ) {}

  /** Throws `too-many-attempts` once a limit is reached. */
  async assertBelowLimit(attempt: Attempt): Promise<void> {
    await this.assertCounts(attempt, 0);
  }

  /** Counts one more. Throws `too-many-attempts` if concurrent attempts have already reached the limit. */
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

  /** Resets the pair after a success. The account's count stays: otherwise the owner's logins would hide an attack. */
  async forgive(attempt: Attempt): Promise<void> {
    await this.counts.forget(clientKey(this.secret, attempt));
  }

  /** Resets all failures of an account, from every address, once its owner is proven by e-mail. */
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
