import { Database, Purge, type Tx } from '@app/database';
import { afterCommit } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { MoreThan } from 'typeorm';
import { AccountToken, type TokenPurpose } from './account-token.entity.js';

@Injectable()
export class AccountTokensRepository {
  private readonly expired: Purge;

  constructor(private readonly database: Database) {
    this.expired = new Purge(database, 'account_tokens', 'expires_at', 0);
  }

  async insert(tx: Tx, token: Omit<AccountToken, 'id'>): Promise<void> {
    await this.database.repository(AccountToken, tx).insert(token);
    afterCommit(() => this.expired.remind());
  }

  find(tokenHash: string, now: Date): Promise<AccountToken | null> {
    return this.database.repository(AccountToken).findOneBy({ tokenHash, expiresAt: MoreThan(now) });
  }

  /** Deletes the token. Of concurrent callers exactly one gets true. */
  async take(tx: Tx, tokenHash: string, purpose: TokenPurpose, now: Date): Promise<boolean> {
    const where = { tokenHash, purpose, expiresAt: MoreThan(now) };
    return (await this.database.repository(AccountToken, tx).delete(where)).affected === 1;
  }

  async removeAll(tx: Tx, userId: number, purpose: TokenPurpose): Promise<void> {
    await this.database.repository(AccountToken, tx).delete({ userId, purpose });
  }
}
