import type { Tx } from '@app/database';
import { Clock } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { UserEvents } from '../accounts/user-events.js';
import type { User } from '../accounts/user.entity.js';
import type { TokenPurpose } from './account-token.entity.js';
import { AccountTokensRepository } from './account-tokens.repository.js';
import { tokenInvalid } from './account-tokens.errors.js';
import { type LinkKind, MailLimitsService } from './mail-limits.service.js';
import { newSecret, secretHash } from '../credentials/secrets.js';

const HOUR_MS = 3_600_000;
const KINDS: Record<TokenPurpose, { prefix: LinkKind; lifetimeMs: number }> = {
  'verify-email': { prefix: 'verify-email', lifetimeMs: 48 * HOUR_MS },
  'change-email': { prefix: 'verify-email', lifetimeMs: 48 * HOUR_MS },
  'password-reset': { prefix: 'password-reset', lifetimeMs: HOUR_MS },
};

/**
 * The single-use tokens of account e-mails: `<prefix>.<secret>`; the prefix tells the page what a link is for. Issuing
 * one publishes the event that makes the notifier send it.
 */
@Injectable()
export class AccountTokensService {
  constructor(
    private readonly tokens: AccountTokensRepository,
    private readonly limits: MailLimitsService,
    private readonly events: UserEvents,
    private readonly clock: Clock,
  ) {}

  /** Beyond the limits of one address it issues and sends nothing. */
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

  /** For a new pending address. @throws DomainError `too-many-requests` after too many new addresses of one account */
  async issueForNewAddress(tx: Tx, user: User): Promise<void> {
    await this.limits.takeAddress(tx, user.userId);
    await this.issue(tx, user, 'change-email');
  }

  /** Returns the token's user and purpose, and leaves it valid. @throws DomainError `token-invalid` */
  async find(token: string, purposes: TokenPurpose[]): Promise<{ userId: number; purpose: TokenPurpose }> {
    const found = await this.tokens.find(secretHash(token), this.clock.now());
    if (!found || !purposes.includes(found.purpose)) throw tokenInvalid();
    return found;
  }

  /** Uses up the token and the user's other tokens for the same purpose. */
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
