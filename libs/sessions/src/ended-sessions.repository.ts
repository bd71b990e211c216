import { Database, inList } from '@app/database';
import { Injectable } from '@nestjs/common';
import { EndedSession } from './ended-session.entity.js';

/** Far above the number of users whose sessions end within the lifetime of an access token. */
const MAX_ROWS = 50_000;
const PURGE_BATCH = 500;

@Injectable()
export class EndedSessionsRepository {
  constructor(private readonly database: Database) {}

  /** Keeps the later of two ends in any order of their events: each statement compares by itself. */
  async record(userId: number, notBefore: Date, now: Date): Promise<void> {
    const update = 'UPDATE ended_sessions SET not_before = ?, recorded_at = ? WHERE user_id = ? AND not_before < ?';
    try {
      await this.database.insert(EndedSession, [{ userId, notBefore, recordedAt: now }]);
    } catch (error) {
      if (!this.database.isDuplicate(error)) throw error;
      await this.database.execute(update, [notBefore, now, userId, notBefore]);
    }
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
      `SELECT user_id FROM ended_sessions WHERE recorded_at < ? LIMIT ${PURGE_BATCH}`,
      [before],
    );
    if (rows.length === 0) return;
    await this.database.execute(`DELETE FROM ended_sessions WHERE recorded_at < ? AND user_id ${inList(rows)}`, [
      before,
      ...rows.map(({ user_id }) => user_id),
    ]);
  }
}
