import { Database } from '@app/database';
import { sleep } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { UsersRepository } from '../users/users.repository.js';
import { AccountTokens } from './account-tokens.service.js';
import { tokenInvalid } from './auth.errors.js';
import { Credentials } from './credentials.service.js';

/** The answer to a reset request takes at least this long, so that its time does not tell whether an account exists. */
const RESET_ANSWER_MS = 150;

/** What people do with the links in their account e-mails. */
@Injectable()
export class AccountService {
  constructor(
    private readonly database: Database,
    private readonly users: UsersRepository,
    private readonly credentials: Credentials,
    private readonly tokens: AccountTokens,
  ) {}

  async verifyEmail({ token }: { token: string }): Promise<void> {
    const owner = await this.tokens.ownerOf(token, 'verify-email');
    await this.database.transaction(async (tx) => {
      const user = await this.users.lock(tx, owner);
      if (!user) throw tokenInvalid();
      await this.tokens.redeem(tx, user, token, 'verify-email');
      await this.users.change(tx, user, { emailVerified: true });
    });
  }

  async requestPasswordReset({ email }: { email: string }): Promise<void> {
    await Promise.all([this.issueReset(email), sleep(RESET_ANSWER_MS)]);
  }

  async confirmPasswordReset({ token, password }: { token: string; password: string }): Promise<void> {
    const owner = await this.tokens.ownerOf(token, 'password-reset');
    const passwordHash = await this.credentials.hash(password);
    await this.database.transaction(async (tx) => {
      const user = await this.users.lock(tx, owner);
      if (!user) throw tokenInvalid();
      await this.tokens.redeem(tx, user, token, 'password-reset');
      await this.credentials.replaced(tx, await this.users.change(tx, user, { passwordHash }));
    });
  }

  private async issueReset(email: string): Promise<void> {
    const found = await this.users.findByEmail(email);
    if (!found) return;
    await this.database.transaction(async (tx) => {
      const user = await this.users.lock(tx, found.userId);
      if (user) await this.tokens.issue(tx, user, 'password-reset');
    });
  }
}
