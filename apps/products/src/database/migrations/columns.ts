import type { QueryRunner, TableColumnOptions } from 'typeorm';

export function isMysql(runner: QueryRunner): boolean {
  return runner.connection.options.type === 'mysql';
}

export const serial = (name: string): TableColumnOptions => ({
  name,
  type: 'integer',
  isPrimary: true,
  isGenerated: true,
  generationStrategy: 'increment',
});

export const time = (name: string): TableColumnOptions => ({ name, type: 'datetime', precision: 3 });

/** A varchar compared byte by byte on both databases; MySQL's default would ignore case and accents. */
export function exactText(
  runner: QueryRunner,
  name: string,
  length: number,
  charset: 'ascii' | 'utf8mb4',
): TableColumnOptions {
  return {
    name,
    type: 'varchar',
    length: String(length),
    ...(isMysql(runner) && { charset, collation: `${charset}_bin` }),
  };
}
