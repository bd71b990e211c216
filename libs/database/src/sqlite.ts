import type { DataSource, QueryRunner } from 'typeorm';
import type { StatementResult } from './prepared.js';

/** Runs a statement on the embedded database, in a transaction or as its own, with the same result as on MySQL. */
export async function executeOnSqlite(
  { dataSource, inside }: { dataSource: DataSource; inside: QueryRunner | undefined },
  sql: string,
  params: unknown[],
): Promise<StatementResult> {
  const runner = inside ?? dataSource.createQueryRunner();
  try {
    return await execute(runner, sql, params);
  } finally {
    if (runner !== inside) await runner.release();
  }
}

async function execute(runner: QueryRunner, sql: string, params: unknown[]): Promise<StatementResult> {
  const values = params.map((value) => (value instanceof Date ? datetimeText(value) : value));
  const result = await runner.query(sql, values, true);
  const affected = result.affected ?? 0;
  // SQLite reports the last generated id of an INSERT, and repeats it after any other statement.
  const insertId = /^\s*insert/i.test(sql) && affected > 0 ? Number(result.raw) - affected + 1 : 0;
  const rows = result.records as unknown[];
  return { ...(rows.length > 0 && { rows }), affected, insertId };
}

/** A date as TypeORM stores it on SQLite, so that raw SQL and entities compare equal. */
export function datetimeText(value: Date): string {
  return value.toISOString().replace('T', ' ').slice(0, 23);
}

/** After it the embedded database's file alone holds all data, so that a copy of it is complete. Elsewhere there is no log. */
export async function emptyLog(dataSource: DataSource): Promise<void> {
  if (dataSource.options.type !== 'mysql') await dataSource.query('PRAGMA wal_checkpoint(TRUNCATE)');
}
