import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The release before inserts beside this one and names neither column. */
const COLUMNS = { weight_grams: 'int NULL', tax_category: "varchar(100) NOT NULL DEFAULT 'standard'" };

/** What shipping and tax depend on, in products and in the lines of reservations, which orders take their prices from. */
export class WeighAndTaxProducts20261130000016 implements MigrationInterface {
  readonly name = 'WeighAndTaxProducts20261130000016';

  async up(runner: QueryRunner): Promise<void> {
    for (const [column, type] of Object.entries(COLUMNS)) await change(runner, `ADD COLUMN ${column} ${type}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const column of Object.keys(COLUMNS)) await change(runner, `DROP COLUMN ${column}`);
  }
}

/** Not by TypeORM, which copies a table of SQLite for this, without the triggers of the search. */
async function change(runner: QueryRunner, change: string): Promise<void> {
  for (const table of ['products', 'reservation_items']) await runner.query(`ALTER TABLE ${table} ${change}`);
}
