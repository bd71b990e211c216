import { type Conflict, Database, locking, Purge, type Tx } from '@app/database';
import { afterCommit } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { IsNull } from 'typeorm';
import { EndedSession } from './ended-session.entity.js';
import { Session } from './session.entity.js';

const KEEP_LATER: Conflict<EndedSession> = {
  keys: ['userId'],
  set: 'not_before = CASE WHEN not_before < ? THEN ? ELSE not_before END',
};

@Injectable()
export class SessionsRepository {
  private readonly expired: Purge;

  constructor(private readonly database: Database) {
    this.expired = new Purge(database, 'sessions', 'expires_at', 0);
  }

  async insert(tx: Tx, session: Omit<Session, 'id'>): Promise<void> {
    await this.database.repository(Session, tx).insert(session);
    afterCommit(() => this.expired.remind());
  }

  /** Locks the session, so that its concurrent refreshes run one at a time. */
  lock(tx: Tx, sessionId: string): Promise<Session | null> {
    return this.database.repository(Session, tx).findOne({ where: { sessionId }, ...locking(this.database.dialect) });
  }

  async renew(
    tx: Tx,
    { sessionId }: Session,
    renewed: Pick<Session, 'tokenHash' | 'formerTokenHash' | 'tradedAt' | 'expiresAt'>,
  ): Promise<void> {
    await this.database.repository(Session, tx).update({ sessionId }, renewed);
  }

  async end(tx: Tx, sessionId: string, endedAt: Date): Promise<void> {
    await this.database.repository(Session, tx).update({ sessionId, endedAt: IsNull() }, { endedAt });
  }

  /** Ends the session if this is its newest token or the one before: another tab may just have refreshed. */
  async endByToken(sessionId: string, tokenHash: string, endedAt: Date): Promise<void> {
    const open = { sessionId, endedAt: IsNull() };
    const sessions = this.database.repository(Session);
    await sessions.update(
      [
        { ...open, tokenHash },
        { ...open, formerTokenHash: tokenHash },
      ],
      { endedAt },
    );
  }

  async endAll(tx: Tx, userId: number, endedAt: Date): Promise<void> {
    await this.database.repository(Session, tx).update({ userId, endedAt: IsNull() }, { endedAt });
  }

  async notBefore(userId: number, tx?: Tx): Promise<Date | undefined> {
    return (await this.database.repository(EndedSession, tx).findOneBy({ userId }))?.notBefore;
  }

  /** Refuses the user's access tokens from before `notBefore`; a later time already stored stays. */
  async refuseBefore(tx: Tx, userId: number, notBefore: Date): Promise<void> {
    const values = [notBefore, notBefore];
    await this.database.insert(EndedSession, [{ userId, notBefore }], { tx, onConflict: KEEP_LATER, values });
  }
}
