import type { Database } from './database.js';

/**
 * Deletes up to `limit` rows and answers how many. A bounded batch keeps locks short; MySQL's DELETE … LIMIT does not
 * exist on SQLite, so the ids are read first.
 */
export async function purgeBatch(
  database: Database,
  table: string,
  condition: string,
  params: unknown[],
  limit = 500,
): Promise<number> {
  const rows = await database.query<{ id: number }>(
    `SELECT id FROM ${table} WHERE ${condition} LIMIT ${limit}`,
    params,
  );
  if (rows.length === 0) return 0;
  const ids = rows.map(({ id }) => Number(id));
  return (await database.execute(`DELETE FROM ${table} WHERE id IN (${ids.join(', ')})`)).affected;
}
