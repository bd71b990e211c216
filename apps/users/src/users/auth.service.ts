import { Database } from '@app/database';
import { emailKey } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import type { User } from '../accounts/user.entity.js';
import { UsersRepository } from '../accounts/users.repository.js';
import { ACCESS_TOKEN_LIFETIME, AccessTokens } from '../keys/access-tokens.js';
import { hashingBusy, invalidCredentials } from '../credentials/credentials.errors.js';
import { CredentialsService, workOf } from './credentials.service.js';
import type { Attempt } from '../credentials/failed-attempts.service.js';
import { type Grant, SessionsService } from '../sessions/sessions.service.js';
import { WorkGate } from '../credentials/work-gate.js';

/** Enough to keep the hashing busy; a login that waits for a slot uses no database connection. */
const LOGINS_AT_ONCE = 8;
const WAITING_LOGINS = 60;

export interface TokenPair {
  access_token: string;
  token_type: 'Bearer';
  expires_in: number;
  refresh_token: string;
}

export interface LoggedIn {
  pair: TokenPair;
  user: User;
}

@Injectable()
export class AuthService {
  private readonly logins = new WorkGate({ parallel: LOGINS_AT_ONCE, waiting: WAITING_LOGINS, refusal: hashingBusy });

  constructor(
    private readonly database: Database,
    private readonly users: UsersRepository,
    private readonly credentials: CredentialsService,
    private readonly sessions: SessionsService,
    private readonly accessTokens: AccessTokens,
  ) {}

  /** Logins beyond the queue's limit are refused; known clients come first. */
  async logIn(input: { email: string; password: string }, address: string): Promise<LoggedIn> {
    const attempt = await this.credentials.attempt(emailKey(input.email), address);
    return this.logins.run(() => this.tryToLogIn(input, attempt), workOf(attempt));
  }

  async refresh(input: { refresh_token: string }): Promise<TokenPair> {
    return this.pair(await this.sessions.rotate(input.refresh_token));
  }

  async logOut(input: { refresh_token: string }): Promise<void> {
    await this.sessions.end(input.refresh_token);
  }

  private async tryToLogIn(input: { email: string; password: string }, attempt: Attempt): Promise<LoggedIn> {
    const user = await this.users.findByEmail(input.email);
    const matches = await this.credentials.check(attempt, input.password, user?.passwordHash);
    if (!user || !matches) throw invalidCredentials();
    const rehashed = this.credentials.isOutdated(user.passwordHash)
      ? await this.credentials.hash(input.password, workOf(attempt))
      : undefined;
    const { grant, known } = await this.database.transaction(async (tx) => {
      const locked = await this.users.lock(tx, user.userId);
      if (!locked || locked.passwordHash !== user.passwordHash) throw invalidCredentials();
      if (rehashed !== undefined) await this.users.rehash(tx, locked, rehashed);
      await this.credentials.rememberClient(tx, locked, attempt.address);
      return { grant: await this.sessions.open(tx, locked), known: locked };
    });
    return { pair: await this.pair(grant), user: known };
  }

  private async pair(grant: Grant): Promise<TokenPair> {
    return {
      access_token: await this.accessTokens.sign(grant),
      token_type: 'Bearer',
      expires_in: ACCESS_TOKEN_LIFETIME,
      refresh_token: grant.refresh_token,
    };
  }
}
