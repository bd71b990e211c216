import { Logger } from '@nestjs/common';
import type { QueryRunner } from 'typeorm';
import { StartFailure } from '@app/kernel';
import { quoteName } from './server.js';
import { driverError, withoutValues } from './without-values.js';

/** Character set of all our databases and tables: it can store any text. */
export const CHARACTERS = 'CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci';

interface Column {
  tableName: string;
  columnName: string;
  columnType: string;
  nullable: 'YES' | 'NO';
}

/**
 * Changes a MySQL database that was created with the server's default character set (latin1), and its tables, so that
 * they can store any text; the texts in them stay the same. Columns that are ascii on purpose stay ascii.
 *
 * @throws StartFailure with the statement an administrator should run, if the user lacks the privilege.
 */
export async function storeEveryText(runner: QueryRunner, database: string): Promise<void> {
  const logger = new Logger('Database');
  const schema =
    "SELECT 1 FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = DATABASE() AND DEFAULT_CHARACTER_SET_NAME <> 'utf8mb4'";
  if (((await runner.query(schema)) as unknown[]).length > 0) {
    await change(runner, `ALTER DATABASE ${quoteName(database)} ${CHARACTERS}`);
    logger.warn(`The database ${database} can now store any text (utf8mb4).`);
  }
  for (const [table, columns] of await narrowTables(runner)) {
    const changes = columns.map(
      ({ columnName, columnType, nullable }) =>
        `MODIFY ${quoteName(columnName)} ${columnType} ${CHARACTERS} ${nullable === 'YES' ? 'NULL' : 'NOT NULL'}`,
    );
    await change(runner, `ALTER TABLE ${quoteName(table)} ${[`DEFAULT ${CHARACTERS}`, ...changes].join(', ')}`);
    logger.warn(`The table ${table} can now store any text (utf8mb4).`);
  }
}

/** Tables whose default or whose columns cannot store every text. */
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

/** Access denied to the database or the table. */
const DENIED = new Set([1044, 1142]);
