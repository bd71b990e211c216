import { type Conflict, Database, Purge, type Tx } from '@app/database';
import { Injectable } from '@nestjs/common';
import { In, MoreThan } from 'typeorm';
import { WindowCount } from './window-count.entity.js';

/** MySQL assigns from left to right: `failures` must be set before the window's end is overwritten. */
const ADD_ONE: Conflict<WindowCount> = {
  keys: ['key'],
  set: `failures = CASE WHEN window_ends_at > ? THEN failures + 1 ELSE 1 END,
    window_ends_at = CASE WHEN window_ends_at > ? THEN window_ends_at ELSE ? END`,
};

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
    for (const { key, accountKey, endsAt } of counted) {
      const first = { key, accountKey, count: 1, windowEndsAt: endsAt };
      await this.database.insert(WindowCount, [first], { tx, onConflict: ADD_ONE, values: [now, now, endsAt] });
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
