import type { Tx } from '@app/database';
import { Injectable } from '@nestjs/common';
import { UserEvents } from '../users/user-events.js';
import type { User } from '../users/user.entity.js';
import { AccountTokens } from './account-tokens.service.js';
import { type Attempt, FailedAttempts } from './failed-attempts.service.js';
import { Passwords } from './passwords.js';
import { Sessions } from './sessions.service.js';

/** What proves who somebody is: checked under the limits, and what follows when it changes. */
@Injectable()
export class Credentials {
  constructor(
    private readonly passwords: Passwords,
    private readonly attempts: FailedAttempts,
    private readonly sessions: Sessions,
    private readonly tokens: AccountTokens,
    private readonly events: UserEvents,
  ) {}

  hash(password: string): Promise<string> {
    return this.passwords.hash(password);
  }

  isOutdated(passwordHash: string): boolean {
    return this.passwords.isOutdated(passwordHash);
  }

  /** Compares, and counts a failure. An unknown account (no hash) costs the same time and is counted the same way. */
  async check(attempt: Attempt, password: string, passwordHash: string | undefined): Promise<boolean> {
    await this.attempts.assertBelowLimit(attempt);
    if (!(await this.passwords.verify(password, passwordHash))) {
      await this.attempts.record(attempt);
      return false;
    }
    // Once more: otherwise a hundred guesses sent at once would all pass the first check, and one could hit.
    await this.attempts.assertBelowLimit(attempt);
    await this.attempts.forgive(attempt);
    return true;
  }

  /** Ends whatever the user's old password, or a link to replace it, still opens. */
  async replaced(tx: Tx, user: User): Promise<void> {
    await this.tokens.revoke(tx, user, 'password-reset');
    await this.sessions.endAll(tx, user);
    await this.events.passwordChanged(tx, user);
  }

  /** Links to the user's former address must not open the account any more; the new one is to be verified. */
  async moved(tx: Tx, user: User): Promise<void> {
    await this.tokens.revoke(tx, user, 'password-reset');
    await this.tokens.revoke(tx, user, 'verify-email');
    await this.tokens.issue(tx, user, 'verify-email');
  }
}
