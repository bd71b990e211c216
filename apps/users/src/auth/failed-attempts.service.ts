import { Clock, networkOf } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { tooManyAttempts } from './auth.errors.js';
import { FailedAttemptsRepository } from './failed-attempts.repository.js';
import { keyedHash, ServerSecret } from './secrets.js';

/** Whose password is tried, and from where. The account need not exist: unknown ones are counted alike. */
export interface Attempt {
  account: string;
  address: string;
}

const PAIR = { limit: 5, windowMs: 15 * 60_000 };
const ACCOUNT = { limit: 50, windowMs: 3_600_000 };

/** Counts wrong passwords per account and address, and per account, in the database that all instances share. */
@Injectable()
export class FailedAttempts {
  constructor(
    private readonly attempts: FailedAttemptsRepository,
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
    const windows = this.limits(attempt).map(({ key, windowMs }) => ({
      key,
      endsAt: new Date(now.getTime() + windowMs),
    }));
    await this.attempts.add(windows, now);
    await this.assertCounts(attempt, 1);
  }

  /** A success forgives the pair; the account's count stays, or an owner's logins would cover a distributed attack. */
  async forgive(attempt: Attempt): Promise<void> {
    await this.attempts.forget(this.pairKey(attempt));
  }

  private async assertCounts(attempt: Attempt, own: 0 | 1): Promise<void> {
    const limits = this.limits(attempt);
    const now = this.clock.now();
    for (const { attemptKey, failures, windowEndsAt } of await this.attempts.find(
      limits.map(({ key }) => key),
      now,
    )) {
      const limit = limits.find(({ key }) => key === attemptKey)?.limit ?? 0;
      if (failures - own >= limit) throw tooManyAttempts(Math.ceil((windowEndsAt.getTime() - now.getTime()) / 1_000));
    }
  }

  private limits(attempt: Attempt): { key: string; limit: number; windowMs: number }[] {
    return [
      { key: this.pairKey(attempt), ...PAIR },
      { key: keyedHash(this.secret.value, attempt.account), ...ACCOUNT },
    ];
  }

  private pairKey({ account, address }: Attempt): string {
    return keyedHash(this.secret.value, account, networkOf(address));
  }
}
