import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What an order's quote says besides its amounts: null in orders of before, which had no shipping and no tax. */
const COLUMNS = ['shipping_method', 'tax_lines'];

export class KeepQuotes20261202000010 implements MigrationInterface {
  readonly name = 'KeepQuotes20261202000010';

  /** Not by TypeORM, which copies a table of SQLite for each column. */
  async up(runner: QueryRunner): Promise<void> {
    for (const column of COLUMNS) await runner.query(`ALTER TABLE orders ADD COLUMN ${column} text NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const column of COLUMNS) await runner.query(`ALTER TABLE orders DROP COLUMN ${column}`);
  }
}
