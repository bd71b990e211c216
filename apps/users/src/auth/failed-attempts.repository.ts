import { Database, Purge } from '@app/database';
import { Injectable } from '@nestjs/common';
import { In, MoreThan } from 'typeorm';
import { FailedAttempt } from './failed-attempt.entity.js';

@Injectable()
export class FailedAttemptsRepository {
  private readonly over: Purge;

  constructor(private readonly database: Database) {
    this.over = new Purge(database, 'failed_attempts', 'window_ends_at', 0);
  }

  /** The counts whose window is still open. */
  find(keys: string[], now: Date): Promise<FailedAttempt[]> {
    return this.database.repository(FailedAttempt).findBy({ attemptKey: In(keys), windowEndsAt: MoreThan(now) });
  }

  /** Adds one to each key in one transaction; a window that has ended begins anew. */
  async add(windows: { key: string; endsAt: Date }[], now: Date): Promise<void> {
    const onConflict =
      this.database.dialect === 'mysql' ? 'ON DUPLICATE KEY UPDATE' : 'ON CONFLICT (attempt_key) DO UPDATE SET';
    await this.database.transaction(async (tx) => {
      for (const { key, endsAt } of windows) {
        // MySQL assigns from left to right: `failures` must be written while the old window's end still stands.
        await this.database.execute(
          `INSERT INTO failed_attempts (attempt_key, failures, window_ends_at) VALUES (?, 1, ?) ${onConflict}
             failures = CASE WHEN window_ends_at > ? THEN failures + 1 ELSE 1 END,
             window_ends_at = CASE WHEN window_ends_at > ? THEN window_ends_at ELSE ? END`,
          [key, endsAt, now, now, endsAt],
          tx,
        );
      }
    });
    this.over.remind();
  }

  async forget(key: string): Promise<void> {
    await this.database.repository(FailedAttempt).delete({ attemptKey: key });
  }
}
