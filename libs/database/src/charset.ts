import { Logger } from '@nestjs/common';
import type { QueryRunner } from 'typeorm';
import { StartFailure } from '@app/kernel';
import { quoteName } from './server.js';
import { driverError, withoutValues } from './without-values.js';

/** What every database and table of ours is made with: it can store every text. */
export const CHARACTERS = 'CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci';

interface Column {
  tableName: string;
  columnName: string;
  columnType: string;
  nullable: 'YES' | 'NO';
}

/**
 * Makes a MySQL database able to store every text: one that somebody made with the server's own character set (latin1) is
 * changed, and so are tables that came to be there; their texts stay what they are. Columns that are ascii by intent stay.
 *
 * @throws StartFailure with what an administrator should run, where the user may not do it.
 */
export async function storeEveryText(runner: QueryRunner, database: string): Promise<void> {
  const logger = new Logger('Database');
  const schema =
    "SELECT 1 FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = DATABASE() AND DEFAULT_CHARACTER_SET_NAME <> 'utf8mb4'";
  if (((await runner.query(schema)) as unknown[]).length > 0) {
    await change(runner, `ALTER DATABASE ${quoteName(database)} ${CHARACTERS}`);
    logger.warn(`The database ${database} stores every text from now on (utf8mb4).`);
  }
  for (const [table, columns] of await narrowTables(runner)) {
    const changes = columns.map(
      ({ columnName, columnType, nullable }) =>
        `MODIFY ${quoteName(columnName)} ${columnType} ${CHARACTERS} ${nullable === 'YES' ? 'NULL' : 'NOT NULL'}`,
    );
    await change(runner, `ALTER TABLE ${quoteName(table)} ${[`DEFAULT ${CHARACTERS}`, ...changes].join(', ')}`);
    logger.warn(`The table ${table} stores every text from now on (utf8mb4).`);
  }
}

/** Tables whose new columns, or some of their columns, could not store every text. */
async function narrowTables(runner: QueryRunner): Promise<Map<string, Column[]>> {
  const tables = (await runner.query(
    "SELECT TABLE_NAME AS tableName FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE = 'BASE TABLE' AND TABLE_COLLATION NOT LIKE 'utf8mb4%'",
  )) as Pick<Column, 'tableName'>[];
  const columns = (await runner.query(
    `SELECT TABLE_NAME AS tableName, COLUMN_NAME AS columnName, COLUMN_TYPE AS columnType, IS_NULLABLE AS nullable
     FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND CHARACTER_SET_NAME NOT IN ('utf8mb4', 'ascii')
     ORDER BY TABLE_NAME, ORDINAL_POSITION`,
  )) as Column[];
  const narrow = new Map(tables.map(({ tableName }): [string, Column[]] => [tableName, []]));
  for (const column of columns) narrow.set(column.tableName, [...(narrow.get(column.tableName) ?? []), column]);
  return narrow;
}

async function change(runner: QueryRunner, statement: string): Promise<void> {
  try {
    await runner.query(statement);
  } catch (cause) {
    if (!DENIED.has(driverError(cause)?.errno ?? 0)) throw cause;
    throw new StartFailure(
      `The database cannot store every text, and this user may not change that. Let an administrator run: ${statement};`,
      { cause: withoutValues(cause) },
    );
  }
}

/** Access to the database or the table is denied. */
const DENIED = new Set([1044, 1142]);
