import { type QueryRunner, TableCheck } from 'typeorm';

/** Expressions that must hold for each row, by the name of the constraint. An unknown one (of a null) holds. */
export type Checks = Readonly<Record<string, string>>;

/** Adds checks to a table; TypeORM itself adds none on MySQL. */
export async function addChecks(runner: QueryRunner, table: string, checks: Checks): Promise<void> {
  if (runner.dataSource.options.type !== 'mysql') {
    const added = Object.entries(checks).map(([name, expression]) => new TableCheck({ name, expression }));
    return runner.createCheckConstraints(table, added);
  }
  // In one statement, since MySQL copies the table for each.
  const added = Object.entries(checks).map(([name, expression]) => `ADD CONSTRAINT ${name} CHECK (${expression})`);
  await runner.query(`ALTER TABLE ${table} ${added.join(', ')}`);
}

/** Drops those of the checks that there are: MySQL before 8.0.16 makes none. */
export async function dropChecks(runner: QueryRunner, table: string, checks: Checks): Promise<void> {
  if (runner.dataSource.options.type !== 'mysql') {
    const made = (await runner.getTable(table))?.checks.filter(({ name = '' }) => name in checks) ?? [];
    return runner.dropCheckConstraints(table, made);
  }
  const found = (await runner.query(
    "SELECT constraint_name AS name FROM information_schema.table_constraints WHERE constraint_type = 'CHECK' AND table_schema = DATABASE() AND table_name = ?",
    [table],
  )) as { name: string }[];
  for (const { name } of found.filter((check) => check.name in checks)) {
    await runner.query(`ALTER TABLE ${table} DROP CONSTRAINT ${name}`);
  }
}
