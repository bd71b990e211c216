import { Database, Purge, type Tx } from '@app/database';
import { Injectable } from '@nestjs/common';
import { In, MoreThan } from 'typeorm';
import { WindowCount } from './window-count.entity.js';

/** An increment under `key`; starts a window that ends at `endsAt` unless one is open. */
export interface Counted {
  key: string;
  accountKey: string | null;
  endsAt: Date;
}

@Injectable()
export class WindowCountsRepository {
  private readonly expired: Purge;

  constructor(private readonly database: Database) {
    this.expired = new Purge(database, 'failed_attempts', 'window_ends_at', 0);
  }

  /** Returns the counters whose window is still open. */
  find(keys: string[], now: Date, tx?: Tx): Promise<WindowCount[]> {
    return this.database.repository(WindowCount, tx).findBy({ key: In(keys), windowEndsAt: MoreThan(now) });
  }

  /** Adds one to each key in one transaction; a window that has ended starts again. */
  async add(counted: Counted[], now: Date, tx?: Tx): Promise<void> {
    if (!tx) return this.database.transaction((own) => this.add(counted, now, own));
    const onConflict =
      this.database.dialect === 'mysql' ? 'ON DUPLICATE KEY UPDATE' : 'ON CONFLICT (attempt_key) DO UPDATE SET';
    for (const { key, accountKey, endsAt } of counted) {
      // MySQL assigns from left to right: `failures` must be set before the window's end is overwritten.
      await this.database.execute(
        `INSERT INTO failed_attempts (attempt_key, account_key, failures, window_ends_at) VALUES (?, ?, 1, ?) ${onConflict}
           failures = CASE WHEN window_ends_at > ? THEN failures + 1 ELSE 1 END,
           window_ends_at = CASE WHEN window_ends_at > ? THEN window_ends_at ELSE ? END`,
        [key, accountKey, endsAt, now, now, endsAt],
        tx,
      );
    }
    this.expired.remind();
  }

  async forget(key: string): Promise<void> {
    await this.database.repository(WindowCount).delete({ key });
  }

  async forgetAccount(tx: Tx, accountKey: string): Promise<void> {
    await this.database.repository(WindowCount, tx).delete({ accountKey });
  }
}
