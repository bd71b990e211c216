import { sleep } from '@app/async';
import { Database, type Tx } from '@app/database';
import { emailKey } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { UserEvents } from '../accounts/user-events.js';
import type { User } from '../accounts/user.entity.js';
import { emailTaken } from '../accounts/users.errors.js';
import { UsersRepository } from '../accounts/users.repository.js';
import type { TokenPurpose } from '../tokens/account-token.entity.js';
import { AccountTokensService } from '../tokens/account-tokens.service.js';
import { tokenInvalid } from '../tokens/account-tokens.errors.js';
import { CredentialsService } from './credentials.service.js';

/** A request for a link takes at least this long, so that its duration does not reveal whether an account exists. */
const MIN_RESPONSE_MS = 150;

/** Sends the links in account e-mails and redeems them. */
@Injectable()
export class AccountService {
  constructor(
    private readonly database: Database,
    private readonly users: UsersRepository,
    private readonly credentials: CredentialsService,
    private readonly tokens: AccountTokensService,
    private readonly events: UserEvents,
  ) {}

  /** Verifies the current address, or replaces it by the pending one. */
  async verifyEmail({ token }: { token: string }): Promise<void> {
    const { userId, purpose } = await this.tokens.find(token, ['verify-email', 'change-email']);
    const isFree = await this.database.transaction(async (tx) => {
      const user = await this.users.lock(tx, userId);
      if (!user) throw tokenInvalid();
      await this.tokens.redeem(tx, user, token, purpose);
      return purpose === 'change-email' ? this.applyPendingAddress(tx, user) : this.confirmAddress(tx, user);
    });
    // A refusal is returned, not thrown, so that dropping the pending address is committed.
    if (!isFree) throw emailTaken();
  }

  async resendVerification({ email }: { email: string }): Promise<void> {
    await Promise.all([this.issueVerification(email), sleep(MIN_RESPONSE_MS)]);
  }

  async requestPasswordReset({ email }: { email: string }): Promise<void> {
    await Promise.all([this.issueReset(email), sleep(MIN_RESPONSE_MS)]);
  }

  async confirmPasswordReset({ token, password }: { token: string; password: string }, address: string): Promise<void> {
    const { userId } = await this.tokens.find(token, ['password-reset']);
    const passwordHash = await this.credentials.hash(password);
    await this.database.transaction(async (tx) => {
      const user = await this.users.lock(tx, userId);
      if (!user) throw tokenInvalid();
      await this.tokens.redeem(tx, user, token, 'password-reset');
      const changed = await this.users.change(tx, user, { passwordHash, pendingEmail: null });
      await this.credentials.afterPasswordReset(tx, changed, address);
    });
  }

  private async confirmAddress(tx: Tx, user: User): Promise<boolean> {
    if (user.emailVerified) return true;
    await this.events.emailVerified(tx, await this.users.change(tx, user, { emailVerified: true }), null);
    return true;
  }

  /** Returns false and drops the pending address if another account has it by now. */
  private async applyPendingAddress(tx: Tx, user: User): Promise<boolean> {
    const { pendingEmail, email, emailVerified } = user;
    if (pendingEmail === null) throw tokenInvalid();
    const other = await this.users.findByEmail(pendingEmail, tx);
    const isFree = other === null || other.userId === user.userId;
    const change = isFree ? { email: pendingEmail, emailVerified: true, pendingEmail: null } : { pendingEmail: null };
    await this.users.change(tx, user, change);
    if (isFree) await this.credentials.afterAddressChange(tx, user, { email, verified: emailVerified });
    return isFree;
  }

  private async issueReset(email: string): Promise<void> {
    const found = await this.users.findByEmail(email);
    if (found) await this.issue(found.userId, 'password-reset', () => true);
  }

  private async issueVerification(email: string): Promise<void> {
    const found = await this.users.findByEmail(email);
    if (found) await this.issue(found.userId, 'verify-email', (user) => !user.emailVerified);
    for (const { userId } of await this.users.findPending(email)) {
      await this.issue(userId, 'change-email', (user) => user.pendingEmailKey === emailKey(email));
    }
  }

  private async issue(userId: number, purpose: TokenPurpose, needed: (user: User) => boolean): Promise<void> {
    await this.database.transaction(async (tx) => {
      const user = await this.users.lock(tx, userId);
      if (user && needed(user)) await this.tokens.issue(tx, user, purpose);
    });
  }
}
