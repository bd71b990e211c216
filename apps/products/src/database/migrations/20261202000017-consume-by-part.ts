import type { MigrationInterface, QueryRunner } from 'typeorm';
import { isMysql } from './columns.js';

const RESERVATIONS_AT_ONCE = 1_000;
const CHECKS: Readonly<Record<string, string>> = {
  reservation_items_consumed_not_negative: 'quantity_consumed >= 0',
  reservation_items_released_not_negative: 'quantity_released >= 0',
  reservation_items_within_quantity: 'quantity_consumed + quantity_released <= quantity',
};

/**
 * Counts what left and what was given up of each line of a reservation, and keys movements by the shipment,
 * cancellation or return that caused them. The release before writes beside this one and names none of the columns.
 */
export class ConsumeByPart20261202000017 implements MigrationInterface {
  readonly name = 'ConsumeByPart20261202000017';

  async up(runner: QueryRunner): Promise<void> {
    await (isMysql(runner) ? extendOnMysql(runner) : extendOnSqlite(runner));
    await endLines(runner);
  }

  /** Not by TypeORM, which copies a table of SQLite for this. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX inventory_movements_part_ref${isMysql(runner) ? ' ON inventory_movements' : ''}`);
    await runner.query('ALTER TABLE inventory_movements DROP COLUMN part_ref');
    // SQLite drops the checks of a column with it.
    if (isMysql(runner)) await dropChecks(runner);
    await runner.query('ALTER TABLE reservation_items DROP COLUMN quantity_released');
    await runner.query('ALTER TABLE reservation_items DROP COLUMN quantity_consumed');
  }
}

async function extendOnMysql(runner: QueryRunner): Promise<void> {
  const checks = Object.entries(CHECKS).map(([name, expression]) => `ADD CONSTRAINT ${name} CHECK (${expression})`);
  // In one statement, since MySQL copies the table for each check.
  await runner.query(
    `ALTER TABLE reservation_items ADD COLUMN quantity_consumed int NOT NULL DEFAULT 0,
       ADD COLUMN quantity_released int NOT NULL DEFAULT 0, ${checks.join(', ')}`,
  );
  await runner.query(
    `ALTER TABLE inventory_movements ADD COLUMN part_ref varchar(36) CHARACTER SET ascii COLLATE ascii_bin NULL,
       ADD UNIQUE INDEX inventory_movements_part_ref (part_ref, product_id)`,
  );
}

async function extendOnSqlite(runner: QueryRunner): Promise<void> {
  const [consumed, ...released] = Object.entries(CHECKS).map(
    ([name, expression]) => `CONSTRAINT ${name} CHECK (${expression})`,
  );
  for (const column of [
    `quantity_consumed int NOT NULL DEFAULT 0 ${consumed}`,
    `quantity_released int NOT NULL DEFAULT 0 ${released.join(' ')}`,
  ]) {
    await runner.query(`ALTER TABLE reservation_items ADD COLUMN ${column}`);
  }
  await runner.query('ALTER TABLE inventory_movements ADD COLUMN part_ref varchar(36) NULL');
  await runner.query('CREATE UNIQUE INDEX inventory_movements_part_ref ON inventory_movements (part_ref, product_id)');
}

/** Lines of ended reservations were consumed or released as a whole. 1,000 reservations at a time keep locks few. */
async function endLines(runner: QueryRunner): Promise<void> {
  for (let last = 0; ;) {
    const ended = (await runner.query(
      `SELECT reservation_id, order_ref, status FROM reservations
       WHERE reservation_id > ? AND status IN ('consumed', 'released') ORDER BY reservation_id LIMIT ${RESERVATIONS_AT_ONCE}`,
      [last],
    )) as { reservation_id: number; order_ref: string; status: 'consumed' | 'released' }[];
    if (ended.length === 0) return;
    for (const outcome of ['consumed', 'released'] as const) {
      const refs = ended.filter(({ status }) => status === outcome).map(({ order_ref }) => order_ref);
      if (refs.length === 0) continue;
      const places = refs.map(() => '?').join(', ');
      const sql = `UPDATE reservation_items SET quantity_${outcome} = quantity WHERE order_ref IN (${places})`;
      await runner.query(sql, refs);
    }
    last = ended.at(-1)?.reservation_id ?? last;
  }
}

/** Drops those that there are: MySQL before 8.0.16 makes none. */
async function dropChecks(runner: QueryRunner): Promise<void> {
  const found = (await runner.query(
    "SELECT constraint_name AS name FROM information_schema.table_constraints WHERE constraint_type = 'CHECK' AND table_schema = DATABASE() AND table_name = 'reservation_items'",
  )) as { name: string }[];
  for (const { name } of found.filter((check) => check.name in CHECKS)) {
    await runner.query(`ALTER TABLE reservation_items DROP CONSTRAINT ${name}`);
  }
}
