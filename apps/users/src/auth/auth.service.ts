import { Database } from '@app/database';
import { Injectable } from '@nestjs/common';
import { toUserResponse, type UserResponseDto } from '../users/dto/user-response.dto.js';
import { emailKey } from '../users/email-address.js';
import { UsersRepository } from '../users/users.repository.js';
import { ACCESS_TOKEN_LIFETIME, AccessTokens } from './access-tokens.js';
import { hashingBusy, invalidCredentials } from './auth.errors.js';
import { Credentials } from './credentials.service.js';
import { type Grant, Sessions } from './sessions.service.js';
import { WorkGate } from './work-gate.js';

/** As many as the line for hashing holds. */
const LOGINS_AT_ONCE = 60;

export interface TokenPair {
  access_token: string;
  token_type: 'Bearer';
  expires_in: number;
  refresh_token: string;
}

/** What a login answers, so that nobody has to read the token to learn who they are. */
export interface LoggedIn extends TokenPair {
  user: UserResponseDto;
}

@Injectable()
export class AuthService {
  private readonly logins = new WorkGate({ parallel: LOGINS_AT_ONCE, waiting: 0, refusal: hashingBusy });

  constructor(
    private readonly database: Database,
    private readonly users: UsersRepository,
    private readonly credentials: Credentials,
    private readonly sessions: Sessions,
    private readonly accessTokens: AccessTokens,
  ) {}

  /** Beyond what can be served in time, a login is refused before it costs the database anything. */
  logIn(input: { email: string; password: string }, address: string): Promise<LoggedIn> {
    return this.logins.run(() => this.tryToLogIn(input, address));
  }

  async refresh(input: { refresh_token: string }): Promise<TokenPair> {
    return this.pair(await this.sessions.rotate(input.refresh_token));
  }

  async logOut(input: { refresh_token: string }): Promise<void> {
    await this.sessions.end(input.refresh_token);
  }

  private async tryToLogIn(input: { email: string; password: string }, address: string): Promise<LoggedIn> {
    const user = await this.users.findByEmail(input.email);
    const attempt = { account: emailKey(input.email), address };
    const matches = await this.credentials.check(attempt, input.password, user?.passwordHash);
    if (!user || !matches) throw invalidCredentials();
    const rehashed = this.credentials.isOutdated(user.passwordHash)
      ? await this.credentials.hash(input.password)
      : undefined;
    const { grant, known } = await this.database.transaction(async (tx) => {
      const locked = await this.users.lock(tx, user.userId);
      if (!locked || locked.passwordHash !== user.passwordHash) throw invalidCredentials();
      if (rehashed !== undefined) await this.users.rehash(tx, locked, rehashed);
      return { grant: await this.sessions.open(tx, locked), known: locked };
    });
    return { ...(await this.pair(grant)), user: toUserResponse(known) };
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
