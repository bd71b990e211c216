import type { FindOneOptions } from 'typeorm';

/** MySQL and MariaDB, or the embedded SQLite. */
export type Dialect = 'mysql' | 'sqlite';

/** Rows for each step: MySQL 9 returns a tree by default. */
export const EXPLAIN = 'EXPLAIN FORMAT=TRADITIONAL';

/**
 * A write that changes no row. A read-only server refuses it before it looks for rows; on SQLite the number that is
 * written is free for the application to use, and the write needs another page of the disk.
 */
export const NEUTRAL_WRITE: Record<Dialect, string> = {
  mysql: 'UPDATE migrations SET name = name WHERE id = 0',
  sqlite: 'PRAGMA user_version = 1',
};

/**
 * The end of a SELECT that locks its rows until the transaction ends; with `skipLocked` it leaves out rows that others
 * have locked. Empty on SQLite, where a transaction locks the whole file.
 */
export function forUpdate(dialect: Dialect, { skipLocked = false } = {}): string {
  return dialect === 'mysql' ? ` FOR UPDATE${skipLocked ? ' SKIP LOCKED' : ''}` : '';
}

/** The end of a SELECT that waits for changes of its rows in other transactions, and prevents new ones. */
export function forShare(dialect: Dialect): string {
  return dialect === 'mysql' ? ' LOCK IN SHARE MODE' : '';
}

/** As `forUpdate`, for TypeORM's `findOne`. */
export function locking(dialect: Dialect): Pick<FindOneOptions, 'lock'> {
  return dialect === 'mysql' ? { lock: { mode: 'pessimistic_write' } } : {};
}

/**
 * The end of an INSERT whose row may exist: what to assign to the existing one. Without assignments it stays as it is,
 * and MySQL still locks it until the transaction ends.
 *
 * If the table has a second unique key and the row exists under that one, MySQL (which takes no key's name) treats it in
 * the same way, while SQLite reports a duplicate. So name the only unique key that a row can repeat.
 */
export function onConflict(dialect: Dialect, keyColumns: readonly string[], assignments?: string): string {
  if (dialect === 'mysql') return ` ON DUPLICATE KEY UPDATE ${assignments ?? `${keyColumns[0]} = ${keyColumns[0]}`}`;
  return ` ON CONFLICT (${keyColumns.join(', ')}) DO ${assignments ? `UPDATE SET ${assignments}` : 'NOTHING'}`;
}

/** A field of a JSON document in a text column, as text. */
export function jsonText(dialect: Dialect, column: string, field: string): string {
  const extract = `JSON_EXTRACT(${column}, '$.${field}')`;
  return dialect === 'mysql' ? `JSON_UNQUOTE(${extract})` : extract;
}

/** A SELECT (or its EXPLAIN) that MySQL or MariaDB stops after `ms`. */
export function stoppedAfter(ms: number, sql: string): string {
  // MariaDB executes the first comment, MySQL obeys the second; each ignores the other.
  const head = sql.startsWith(EXPLAIN) ? `${EXPLAIN} SELECT` : 'SELECT';
  return (
    `/*M! SET STATEMENT max_statement_time=${ms / 1_000} FOR */ ${head} /*+ MAX_EXECUTION_TIME(${ms}) */` +
    sql.slice(head.length)
  );
}
