import type { Tx } from '@app/database';
import { Clock } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { UserEvents } from '../users/user-events.js';
import type { User } from '../users/user.entity.js';
import type { TokenPurpose } from './account-token.entity.js';
import { AccountTokensRepository } from './account-tokens.repository.js';
import { tokenInvalid } from './auth.errors.js';
import { newSecret, secretHash } from './secrets.js';

const HOUR_MS = 3_600_000;
const LIFETIME_MS: Record<TokenPurpose, number> = { 'verify-email': 48 * HOUR_MS, 'password-reset': HOUR_MS };

/** Who asks for more gets none: nobody can fill a stranger's mailbox. */
const LIVE_TOKENS = 3;

/**
 * The single-use tokens of account e-mails: `<purpose>.<secret>`, so that one page can tell what a link is for. Issuing
 * one publishes the event that makes the notifier send it.
 */
@Injectable()
export class AccountTokens {
  constructor(
    private readonly tokens: AccountTokensRepository,
    private readonly events: UserEvents,
    private readonly clock: Clock,
  ) {}

  async issue(tx: Tx, user: User, purpose: TokenPurpose): Promise<void> {
    const now = this.clock.now();
    if ((await this.tokens.countLive(tx, user.userId, purpose, now)) >= LIVE_TOKENS) return;
    const token = `${purpose}.${newSecret()}`;
    const expiresAt = new Date(now.getTime() + LIFETIME_MS[purpose]);
    await this.tokens.insert(tx, { tokenHash: secretHash(token), userId: user.userId, purpose, expiresAt });
    if (purpose === 'verify-email') await this.events.verificationRequested(tx, user, token, expiresAt);
    else await this.events.passwordResetRequested(tx, user, token, expiresAt);
  }

  /** Whose token it is, without using it up. */
  async ownerOf(token: string, purpose: TokenPurpose): Promise<number> {
    const userId = await this.tokens.findOwner(secretHash(token), purpose, this.clock.now());
    if (userId === undefined) throw tokenInvalid();
    return userId;
  }

  /** Uses the token up, and with it every other of the user's for the same purpose. */
  async redeem(tx: Tx, user: User, token: string, purpose: TokenPurpose): Promise<void> {
    if (!(await this.tokens.take(tx, secretHash(token), purpose, this.clock.now()))) throw tokenInvalid();
    await this.revoke(tx, user, purpose);
  }

  async revoke(tx: Tx, user: User, purpose: TokenPurpose): Promise<void> {
    await this.tokens.removeAll(tx, user.userId, purpose);
  }
}
