import type { Tx } from '@app/database';
import { networkOf } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { UserEvents } from '../accounts/user-events.js';
import type { User } from '../accounts/user.entity.js';
import { AccountTokens } from '../tokens/account-tokens.service.js';
import { type Attempt, FailedAttempts } from '../credentials/failed-attempts.service.js';
import { KnownClients } from '../credentials/known-clients.js';
import { Passwords } from '../credentials/passwords.js';
import { Sessions } from '../sessions/sessions.service.js';
import { type Work } from '../credentials/work-gate.js';

/** What proves who somebody is: checked under the limits, and what follows when it changes. */
@Injectable()
export class Credentials {
  constructor(
    private readonly passwords: Passwords,
    private readonly attempts: FailedAttempts,
    private readonly clients: KnownClients,
    private readonly sessions: Sessions,
    private readonly tokens: AccountTokens,
    private readonly events: UserEvents,
  ) {}

  hash(password: string, work?: Work): Promise<string> {
    return this.passwords.hash(password, work);
  }

  /** Somebody's try at an account, and whether they have logged in from there before. */
  async attempt(account: string, address: string): Promise<Attempt> {
    return { account, address, known: await this.clients.has({ account, address }) };
  }

  /** The client has proven to be the account's own. */
  async proven(tx: Tx, user: User, address: string): Promise<void> {
    await this.clients.remember(tx, user.userId, { account: user.emailKey, address });
  }

  isOutdated(passwordHash: string): boolean {
    return this.passwords.isOutdated(passwordHash);
  }

  /** Compares, and counts a failure. An unknown account (no hash) costs the same time and is counted the same way. */
  async check(attempt: Attempt, password: string, passwordHash: string | undefined): Promise<boolean> {
    await this.attempts.assertBelowLimit(attempt);
    if (!(await this.passwords.verify(password, passwordHash, workOf(attempt)))) {
      await this.attempts.record(attempt);
      return false;
    }
    // Once more: otherwise a hundred guesses sent at once would all pass the first check, and one could hit.
    await this.attempts.assertBelowLimit(attempt);
    await this.attempts.forgive(attempt);
    return true;
  }

  /** Ends whatever the user's old password, or a link to replace it, still opens: also an address that waits. */
  async replaced(tx: Tx, user: User): Promise<void> {
    await this.tokens.revoke(tx, user, 'password-reset');
    if (user.pendingEmail === null) await this.tokens.revoke(tx, user, 'change-email');
    await this.sessions.endAll(tx, user);
    await this.events.passwordChanged(tx, user);
  }

  /** Whoever has read the user's mail owns the account: what others have guessed, or guess from now on, does not lock it. */
  async reset(tx: Tx, user: User, address: string): Promise<void> {
    await this.attempts.forgiveAll(tx, user.emailKey);
    await this.clients.forget(tx, user.userId);
    await this.proven(tx, user, address);
    await this.replaced(tx, user);
  }

  /**
   * A new address waits to be verified; the present one is told. `null` withdraws the one that waited.
   *
   * @throws DomainError `too-many-requests` after five new addresses in an hour.
   */
  async pending(tx: Tx, user: User): Promise<void> {
    await this.tokens.revoke(tx, user, 'change-email');
    if (user.pendingEmail === null) return;
    await this.tokens.issueForNewAddress(tx, user);
    await this.events.emailChangeRequested(tx, user);
  }

  /** Links to the user's former address must not open the account any more; that address is told. */
  async moved(tx: Tx, user: User, former: { email: string; verified: boolean }): Promise<void> {
    await this.tokens.revoke(tx, user, 'password-reset');
    await this.tokens.revoke(tx, user, 'verify-email');
    await this.events.emailVerified(tx, user, former);
  }
}

/** Known clients come first; among strangers no network gets more than its share. */
export function workOf({ address, known }: Attempt): Work {
  return { lane: known ? 'known' : 'strange', owner: networkOf(address) };
}
