import type { Tx } from '@app/database';
import { Clock, emailKey } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { keyedHash, ServerSecret } from '../credentials/secrets.js';
import { WindowCountsRepository } from '../credentials/window-counts.repository.js';
import { tooManyAddresses } from './account-tokens.errors.js';

const HOUR_MS = 3_600_000;
const PER_HOUR = { limit: 3, windowMs: HOUR_MS };
const ADDRESSES = { limit: 5, windowMs: HOUR_MS };
const PER_DAY = { limit: 10, windowMs: 24 * HOUR_MS };

/** What a link is for; each kind is limited on its own. */
export type LinkKind = 'verify-email' | 'password-reset';

/**
 * Limits the links sent to one address, whoever asks for them, so that nobody can flood a stranger's mailbox. It also
 * limits the new addresses of one account, so that nobody can write to many strangers.
 */
@Injectable()
export class MailLimitsService {
  constructor(
    private readonly counts: WindowCountsRepository,
    private readonly clock: Clock,
    private readonly secret: ServerSecret,
  ) {}

  /** Counts a link. False beyond three of a kind an hour, or ten a day until the address is verified. */
  async take(
    tx: Tx,
    kind: LinkKind,
    { email, email_verified }: { email: string; email_verified: boolean },
  ): Promise<boolean> {
    const recipient = emailKey(email);
    if ((await this.count(tx, [kind, recipient], PER_HOUR)) > 0) return false;
    return email_verified || (await this.count(tx, ['day', recipient], PER_DAY)) === 0;
  }

  /** Counts a new address of an account. @throws DomainError `too-many-requests` after five in an hour */
  async takeAddress(tx: Tx, userId: number): Promise<void> {
    const wait = await this.count(tx, ['addresses', String(userId)], ADDRESSES);
    if (wait > 0) throw tooManyAddresses(ADDRESSES.limit, wait);
  }

  /**
   * Returns the seconds to wait, 0 within the limit. The counter's row stays locked until the transaction ends, so that
   * concurrent requests are counted one by one.
   */
  private async count(tx: Tx, parts: string[], { limit, windowMs }: typeof PER_HOUR): Promise<number> {
    const now = this.clock.now();
    const key = keyedHash(this.secret.value, 'mail', ...parts);
    await this.counts.add([{ key, accountKey: null, endsAt: new Date(now.getTime() + windowMs) }], now, tx);
    const [counted] = await this.counts.find([key], now, tx);
    if (!counted || counted.count <= limit) return 0;
    return Math.ceil((counted.windowEndsAt.getTime() - now.getTime()) / 1_000);
  }
}
