import { Database } from '@app/database';
import { Injectable } from '@nestjs/common';
import { LessThan, MoreThanOrEqual } from 'typeorm';
import { EndedSession } from './ended-session.entity.js';

/** When the sessions of a user ended, for as long as an access token from before may live. */
@Injectable()
export class EndedSessionsRepository {
  constructor(private readonly database: Database) {}

  /** The window bounds the list: rows are removed once no token is that old. */
  findSince(recorded: Date): Promise<EndedSession[]> {
    return this.database.repository(EndedSession).findBy({ recordedAt: MoreThanOrEqual(recorded) });
  }

  /** Keeps the later of two endings, however their events arrive: each statement decides by itself. */
  async record({ userId, notBefore, recordedAt }: EndedSession): Promise<void> {
    try {
      await this.database.execute('INSERT INTO ended_sessions (user_id, not_before, recorded_at) VALUES (?, ?, ?)', [
        userId,
        notBefore,
        recordedAt,
      ]);
    } catch (error) {
      if (!this.database.isDuplicate(error)) throw error;
      await this.database.execute(
        'UPDATE ended_sessions SET not_before = ?, recorded_at = ? WHERE user_id = ? AND not_before < ?',
        [notBefore, recordedAt, userId, notBefore],
      );
    }
  }

  async removeRecordedBefore(time: Date): Promise<void> {
    await this.database.repository(EndedSession).delete({ recordedAt: LessThan(time) });
  }
}
