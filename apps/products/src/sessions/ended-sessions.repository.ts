import { Database } from '@app/database';
import { Injectable } from '@nestjs/common';

/** Far above the users whose sessions end within one access token's life. */
const MAX_ROWS = 50_000;
const PURGED_AT_ONCE = 500;

@Injectable()
export class EndedSessionsRepository {
  constructor(private readonly database: Database) {}

  /** Remembers the latest end of a user's sessions; events may come twice and in any order. */
  async record(userId: number, notBefore: Date, now: Date): Promise<void> {
    await this.database.transaction(async (tx) => {
      const { affected } = await this.database.execute(
        `UPDATE ended_sessions SET not_before = CASE WHEN not_before < ? THEN ? ELSE not_before END, recorded_at = ?
         WHERE user_id = ?`,
        [notBefore, notBefore, now, userId],
        tx,
      );
      if (affected > 0) return;
      const insert = 'INSERT INTO ended_sessions (user_id, not_before, recorded_at) VALUES (?, ?, ?)';
      await this.database.execute(insert, [userId, notBefore, now], tx);
    });
  }

  async recordedSince(since: Date): Promise<Map<number, Date>> {
    const rows = await this.database.query<{ user_id: number; not_before: unknown }>(
      `SELECT user_id, not_before FROM ended_sessions WHERE recorded_at >= ? LIMIT ${MAX_ROWS}`,
      [since],
    );
    return new Map(rows.map(({ user_id, not_before }) => [user_id, this.database.date(not_before)]));
  }

  async purge(before: Date): Promise<void> {
    const rows = await this.database.query<{ user_id: number }>(
      `SELECT user_id FROM ended_sessions WHERE recorded_at < ? LIMIT ${PURGED_AT_ONCE}`,
      [before],
    );
    if (rows.length === 0) return;
    await this.database.execute(
      `DELETE FROM ended_sessions WHERE recorded_at < ? AND user_id IN (${rows.map(() => '?').join(', ')})`,
      [before, ...rows.map(({ user_id }) => user_id)],
    );
  }
}
