import { randomUUID } from 'node:crypto';
import { EndedSessions } from '@app/auth';
import { Database, type Tx } from '@app/database';
import { Clock } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { UserEvents } from '../accounts/user-events.js';
import type { User } from '../accounts/user.entity.js';
import { UsersRepository } from '../accounts/users.repository.js';
import { invalidRefreshToken } from './sessions.errors.js';
import { derivedSecret, newSecret, secretHash, ServerSecret } from '../credentials/secrets.js';
import type { Subject } from '../keys/access-tokens.js';
import type { Session } from './session.entity.js';
import { SessionsRepository } from './sessions.repository.js';

/** The result of a login or a refresh: the subject of the access token, and the next refresh token. */
export interface Grant extends Subject {
  refresh_token: string;
}

const LIFETIME_MS = 30 * 24 * 3_600_000;
/** How long an exchanged token still returns its successor: two tabs refresh at once, or a response was lost. */
const LEEWAY_MS = 10_000;
const REFRESH_TOKEN = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.([\w-]{43})$/;

interface PresentedToken {
  sessionId: string;
  secret: string;
  tokenHash: string;
}

/**
 * A refresh token is `<session id>.<secret>`. Only the newest secret of a session is valid, and only once. Within
 * `LEEWAY_MS` a token that was just exchanged returns the same successor, which is derived from the token and the
 * server's secret, so that it need not be stored.
 */
@Injectable()
export class SessionsService extends EndedSessions {
  constructor(
    private readonly database: Database,
    private readonly sessions: SessionsRepository,
    private readonly users: UsersRepository,
    private readonly events: UserEvents,
    private readonly clock: Clock,
    private readonly serverSecret: ServerSecret,
  ) {
    super();
  }

  /** The caller holds the user's lock, so that no session survives a concurrent password change. */
  async open(tx: Tx, user: User): Promise<Grant> {
    const secret = newSecret();
    const session = {
      sessionId: randomUUID(),
      userId: user.userId,
      tokenHash: secretHash(secret),
      formerTokenHash: null,
      tradedAt: null,
      createdAt: this.clock.now(),
      expiresAt: this.nextExpiry(),
      endedAt: null,
    };
    await this.sessions.insert(tx, session);
    return this.grant(tx, user, session.sessionId, secret);
  }

  /** Exchanges a refresh token for the next one. A token exchanged longer ago ends the whole session. */
  async rotate(refreshToken: string): Promise<Grant> {
    const presented = parse(refreshToken);
    // A refusal is returned, not thrown, so that the end of a stolen session is committed.
    const grant = presented && (await this.database.transaction((tx) => this.exchange(tx, presented)));
    if (!grant) throw invalidRefreshToken();
    return grant;
  }

  /** Ends one session; an unknown or expired token changes nothing. */
  async end(refreshToken: string): Promise<void> {
    const presented = parse(refreshToken);
    if (presented) await this.sessions.endByToken(presented.sessionId, presented.tokenHash, this.clock.now());
  }

  /** Ends all sessions of the user, and makes every service refuse the access tokens issued so far. */
  async endAll(tx: Tx, user: User): Promise<void> {
    await this.sessions.endAll(tx, user.userId, this.clock.now());
    await this.refuseAccessTokens(tx, user);
  }

  /** Makes every service refuse the access tokens issued so far; a refresh returns new ones. */
  async refuseAccessTokens(tx: Tx, user: User): Promise<void> {
    // `iat` has whole seconds: the next second excludes every token issued until now. AccessTokens has the other half.
    const notBefore = new Date((Math.floor(this.clock.now().getTime() / 1_000) + 1) * 1_000);
    await this.sessions.refuseBefore(tx, user.userId, notBefore);
    await this.events.sessionsEnded(tx, user, notBefore);
  }

  /** Epoch seconds; the user's access tokens issued earlier are refused. */
  override async notBefore(userId: number, tx?: Tx): Promise<number | undefined> {
    const notBefore = await this.sessions.notBefore(userId, tx);
    return notBefore && notBefore.getTime() / 1_000;
  }

  private async exchange(tx: Tx, presented: PresentedToken): Promise<Grant | undefined> {
    const session = await this.sessions.lock(tx, presented.sessionId);
    const now = this.clock.now();
    if (!session || session.endedAt || session.expiresAt <= now) return undefined;
    const user = await this.users.findById(session.userId, tx);
    if (!user) return undefined;
    const secret = derivedSecret(this.serverSecret.value, 'refresh', presented.sessionId, presented.secret);
    const tokenHash = secretHash(secret);
    if (session.tokenHash === presented.tokenHash) {
      const renewed = { tokenHash, formerTokenHash: presented.tokenHash, tradedAt: now, expiresAt: this.nextExpiry() };
      await this.sessions.renew(tx, session, renewed);
    } else if (!wasJustExchanged(session, presented, now) || session.tokenHash !== tokenHash) {
      await this.sessions.end(tx, session.sessionId, now);
      await this.refuseAccessTokens(tx, user);
      return undefined;
    }
    return this.grant(tx, user, session.sessionId, secret);
  }

  private async grant(tx: Tx, user: User, sessionId: string, secret: string): Promise<Grant> {
    return {
      user_id: user.userId,
      role: user.role,
      not_before: (await this.notBefore(user.userId, tx)) ?? 0,
      refresh_token: `${sessionId}.${secret}`,
    };
  }

  private nextExpiry(): Date {
    return new Date(this.clock.now().getTime() + LIFETIME_MS);
  }
}

function wasJustExchanged({ formerTokenHash, tradedAt }: Session, { tokenHash }: PresentedToken, now: Date): boolean {
  return formerTokenHash === tokenHash && tradedAt !== null && now.getTime() - tradedAt.getTime() < LEEWAY_MS;
}

function parse(refreshToken: string): PresentedToken | undefined {
  const [, sessionId, secret] = REFRESH_TOKEN.exec(refreshToken) ?? [];
  if (sessionId === undefined || secret === undefined) return undefined;
  return { sessionId, secret, tokenHash: secretHash(secret) };
}
