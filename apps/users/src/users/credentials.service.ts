import type { Tx } from '@app/database';
import { networkOf } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { UserEvents } from '../accounts/user-events.js';
import type { User } from '../accounts/user.entity.js';
import { AccountTokensService } from '../tokens/account-tokens.service.js';
import { type Attempt, FailedAttemptsService } from '../credentials/failed-attempts.service.js';
import { KnownClients } from '../credentials/known-clients.js';
import { Passwords } from '../credentials/passwords.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { type Work } from '../credentials/work-gate.js';

/** Checks passwords under the limits, and does what a changed password or e-mail address requires. */
@Injectable()
export class CredentialsService {
  constructor(
    private readonly passwords: Passwords,
    private readonly attempts: FailedAttemptsService,
    private readonly clients: KnownClients,
    private readonly sessions: SessionsService,
    private readonly tokens: AccountTokensService,
    private readonly events: UserEvents,
  ) {}

  hash(password: string, work?: Work): Promise<string> {
    return this.passwords.hash(password, work);
  }

  /** Describes a login attempt: also whether the client has logged in from there before. */
  async attempt(account: string, address: string): Promise<Attempt> {
    return { account, address, known: await this.clients.has({ account, address }) };
  }

  /** The client has proven to be the account's owner. */
  async rememberClient(tx: Tx, user: User, address: string): Promise<void> {
    await this.clients.remember(tx, user.userId, { account: user.emailKey, address });
  }

  isOutdated(passwordHash: string): boolean {
    return this.passwords.isOutdated(passwordHash);
  }

  /** Compares and counts a failure. An unknown account (no hash) takes the same time and is counted the same way. */
  async check(attempt: Attempt, password: string, passwordHash: string | undefined): Promise<boolean> {
    await this.attempts.assertBelowLimit(attempt);
    if (!(await this.passwords.verify(password, passwordHash, workOf(attempt)))) {
      await this.attempts.record(attempt);
      return false;
    }
    // Check again: a hundred guesses sent at once would all pass the first check, and one could be right.
    await this.attempts.assertBelowLimit(attempt);
    await this.attempts.forgive(attempt);
    return true;
  }

  /** Ends all sessions and voids reset links, and the `change-email` link if no address is pending any more. */
  async afterPasswordChange(tx: Tx, user: User): Promise<void> {
    await this.tokens.revoke(tx, user, 'password-reset');
    if (user.pendingEmail === null) await this.tokens.revoke(tx, user, 'change-email');
    await this.sessions.endAll(tx, user);
    await this.events.passwordChanged(tx, user);
  }

  /** The link has proven ownership: clears all failures and makes this client the only known one. */
  async afterPasswordReset(tx: Tx, user: User, address: string): Promise<void> {
    await this.attempts.forgiveAll(tx, user.emailKey);
    await this.clients.forget(tx, user.userId);
    await this.rememberClient(tx, user, address);
    await this.afterPasswordChange(tx, user);
  }

  /**
   * Sends a link to the pending address and notifies the current one. Without a pending address it only voids the link.
   *
   * @throws DomainError `too-many-requests` after five new addresses in an hour.
   */
  async afterAddressRequest(tx: Tx, user: User): Promise<void> {
    await this.tokens.revoke(tx, user, 'change-email');
    if (user.pendingEmail === null) return;
    await this.tokens.issueForNewAddress(tx, user);
    await this.events.emailChangeRequested(tx, user);
  }

  /** Voids links sent to the former address, and notifies that address. */
  async afterAddressChange(tx: Tx, user: User, former: { email: string; verified: boolean }): Promise<void> {
    await this.tokens.revoke(tx, user, 'password-reset');
    await this.tokens.revoke(tx, user, 'verify-email');
    await this.events.emailVerified(tx, user, former);
  }
}

/** Known clients come first; within a lane, networks take turns. */
export function workOf({ address, known }: Attempt): Work {
  return { lane: known ? 'known' : 'unknown', owner: networkOf(address) };
}
