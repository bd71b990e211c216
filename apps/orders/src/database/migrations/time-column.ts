import type { QueryRunner, TableColumnOptions } from 'typeorm';

/** A time with milliseconds. SQLite stores it as text and has no precision. */
export function time(runner: QueryRunner): Pick<TableColumnOptions, 'type' | 'precision'> {
  return { type: 'datetime', ...(runner.dataSource.options.type === 'mysql' && { precision: 3 }) };
}
