import { backoff, inBackground } from '@app/async';
import { Logger } from '@nestjs/common';
import type { Database } from './database.js';
import { inList } from './statements.js';

const BATCH = 500;
const BATCHES = 20;
const EVERY_MS = 600_000;

/**
 * Deletes old rows of a table in use: other work calls `remind`, and at most every ten minutes that deletes rows in
 * small batches, which keep locks short. Needs neither a timer nor a scheduled function.
 */
export class Purge {
  private readonly logger = new Logger('Purge');
  private nextAt = performance.now() + backoff(0, { base: EVERY_MS, max: EVERY_MS });

  /** Rows of `table` (with an `id`) are old when their datetime `column` is more than `keepMs` ago. */
  constructor(
    private readonly database: Database,
    private readonly table: string,
    private readonly column: string,
    private readonly keepMs: number,
  ) {}

  /** Starts a purge in the background if one is due. */
  remind(): void {
    if (performance.now() < this.nextAt) return;
    this.nextAt = performance.now() + EVERY_MS;
    void inBackground(
      this.run(new Date()).catch((error: unknown) =>
        this.logger.warn(`${this.table} was not purged: ${String(error)}`),
      ),
    );
  }

  /** Deletes rows that are old at `now`, at most 20 batches of 500; returns the number of deleted rows. */
  async run(now: Date): Promise<number> {
    let deleted = 0;
    for (let batch = 0; batch < BATCHES; batch++) {
      const count = await this.deleteBatch(new Date(now.getTime() - this.keepMs));
      deleted += count;
      if (count < BATCH) break;
    }
    return deleted;
  }

  /** SQLite has no DELETE … LIMIT, so the ids are read first. */
  private async deleteBatch(before: Date): Promise<number> {
    const rows = await this.database.query<{ id: number }>(
      `SELECT id FROM ${this.table} WHERE ${this.column} < ? LIMIT ${BATCH}`,
      [before],
    );
    if (rows.length === 0) return 0;
    const ids = rows.map(({ id }) => id);
    return (await this.database.execute(`DELETE FROM ${this.table} WHERE id ${inList(ids)}`, ids)).affected;
  }
}
