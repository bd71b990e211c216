import type { Tx } from '@app/database';
import { Clock } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { UserEvents } from '../accounts/user-events.js';
import type { User } from '../accounts/user.entity.js';
import type { TokenPurpose } from './account-token.entity.js';
import { AccountTokensRepository } from './account-tokens.repository.js';
import { tokenInvalid } from './account-tokens.errors.js';
import { type LinkKind, MailLimits } from './mail-limits.service.js';
import { newSecret, secretHash } from '../credentials/secrets.js';

const HOUR_MS = 3_600_000;
const KINDS: Record<TokenPurpose, { prefix: LinkKind; lifetimeMs: number }> = {
  'verify-email': { prefix: 'verify-email', lifetimeMs: 48 * HOUR_MS },
  'change-email': { prefix: 'verify-email', lifetimeMs: 48 * HOUR_MS },
  'password-reset': { prefix: 'password-reset', lifetimeMs: HOUR_MS },
};

/**
 * The single-use tokens of account e-mails: `<prefix>.<secret>`, so that one page can tell what a link is for. Issuing
 * one publishes the event that makes the notifier send it.
 */
@Injectable()
export class AccountTokens {
  constructor(
    private readonly tokens: AccountTokensRepository,
    private readonly limits: MailLimits,
    private readonly events: UserEvents,
    private readonly clock: Clock,
  ) {}

  /** Beyond what one address may get, nothing is issued and nothing sent. */
  async issue(tx: Tx, user: User, purpose: TokenPurpose): Promise<void> {
    const to = purpose === 'change-email' ? pendingOf(user) : { email: user.email, email_verified: user.emailVerified };
    const { prefix, lifetimeMs } = KINDS[purpose];
    if (!(await this.limits.take(tx, prefix, to))) return;
    const token = `${prefix}.${newSecret()}`;
    const expiresAt = new Date(this.clock.now().getTime() + lifetimeMs);
    await this.tokens.insert(tx, { tokenHash: secretHash(token), userId: user.userId, purpose, expiresAt });
    const link = { ...to, token, expires_at: expiresAt.toISOString() };
    if (purpose === 'password-reset') await this.events.passwordResetRequested(tx, user, link);
    else await this.events.verificationRequested(tx, user, link);
  }

  /** For an address that begins to wait. @throws DomainError `too-many-requests` when the account has named too many */
  async issueForNewAddress(tx: Tx, user: User): Promise<void> {
    await this.limits.takeAddress(tx, user.userId);
    await this.issue(tx, user, 'change-email');
  }

  /** Whose token it is and what for, without using it up. @throws DomainError `token-invalid` unless for one of `purposes` */
  async look(token: string, purposes: TokenPurpose[]): Promise<{ userId: number; purpose: TokenPurpose }> {
    const found = await this.tokens.find(secretHash(token), this.clock.now());
    if (!found || !purposes.includes(found.purpose)) throw tokenInvalid();
    return found;
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

function pendingOf({ pendingEmail }: User): { email: string; email_verified: boolean } {
  if (pendingEmail === null) throw new Error('There is no pending address to verify.');
  return { email: pendingEmail, email_verified: false };
}
