import { Database } from '@app/database';
import { Injectable } from '@nestjs/common';

@Injectable()
export class PaymentsAdminRepository {
  constructor(private readonly database: Database) {}

  /** The ids of payments by which money may still come, those that are open longest first. */
  async open(limit: number): Promise<number[]> {
    const sql = `SELECT payment_id FROM payments WHERE open_order_id IS NOT NULL ORDER BY payment_id LIMIT ${limit}`;
    return (await this.database.query<{ payment_id: unknown }>(sql)).map((row) => Number(row.payment_id));
  }

  /** 0 before the first one. */
  async lastEntry(): Promise<number> {
    const [row] = await this.database.query<{ id: unknown }>('SELECT MAX(entry_id) AS id FROM payment_entries');
    return Number(row?.id ?? 0);
  }

  /** How many movements of money were written since. */
  async entriesAfter(entryId: number): Promise<number> {
    const sql = 'SELECT COUNT(*) AS n FROM payment_entries WHERE entry_id > ?';
    const [row] = await this.database.query<{ n: unknown }>(sql, [entryId]);
    return Number(row?.n);
  }
}
