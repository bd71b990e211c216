import type { Tx } from '@app/database';
import { Clock, emailKey } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { keyedHash, ServerSecret } from '../credentials/secrets.js';
import { WindowCountsRepository } from '../credentials/window-counts.repository.js';
import { tooManyAddresses } from './account-tokens.errors.js';

const HOUR_MS = 3_600_000;
const AN_HOUR = { limit: 3, windowMs: HOUR_MS };
const ADDRESSES = { limit: 5, windowMs: HOUR_MS };
const A_DAY = { limit: 10, windowMs: 24 * HOUR_MS };

/** What a link is for: somebody who has asked for the one may still ask for the other. */
export type LinkKind = 'verify-email' | 'password-reset';

/**
 * Bounds the links that go to one address, whoever asks for them: nobody can fill a stranger's mailbox. An account names
 * few addresses, so that nobody can write to many strangers either.
 */
@Injectable()
export class MailLimits {
  constructor(
    private readonly counts: WindowCountsRepository,
    private readonly clock: Clock,
    private readonly secret: ServerSecret,
  ) {}

  /** Counts one more, and says whether it may be sent: three of a kind an hour, and ten a day until the address is verified. */
  async take(
    tx: Tx,
    kind: LinkKind,
    { email, email_verified }: { email: string; email_verified: boolean },
  ): Promise<boolean> {
    const recipient = emailKey(email);
    if ((await this.count(tx, [kind, recipient], AN_HOUR)) > 0) return false;
    return email_verified || (await this.count(tx, ['day', recipient], A_DAY)) === 0;
  }

  /** Counts one more address that an account wants to move to. @throws DomainError `too-many-requests` after five in an hour */
  async takeAddress(tx: Tx, userId: number): Promise<void> {
    const wait = await this.count(tx, ['addresses', String(userId)], ADDRESSES);
    if (wait > 0) throw tooManyAddresses(ADDRESSES.limit, wait);
  }

  /**
   * Answers the seconds to wait for, 0 within the limit. The row that is written stays locked until the transaction ends,
   * so that nobody else counts the same.
   */
  private async count(tx: Tx, parts: string[], { limit, windowMs }: typeof AN_HOUR): Promise<number> {
    const now = this.clock.now();
    const key = keyedHash(this.secret.value, 'mail', ...parts);
    await this.counts.add([{ key, accountKey: null, endsAt: new Date(now.getTime() + windowMs) }], now, tx);
    const [counted] = await this.counts.find([key], now, tx);
    if (!counted || counted.count <= limit) return 0;
    return Math.ceil((counted.windowEndsAt.getTime() - now.getTime()) / 1_000);
  }
}
