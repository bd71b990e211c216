import { Column } from 'typeorm';
import type { Database, Tx } from './database.js';
import type { Table } from './statements.js';

/** A row whose changes are counted: its version is what clients see as its ETag. */
export abstract class Versioned {
  @Column({ name: 'created_at', type: 'datetime', precision: 3 })
  createdAt: Date;

  @Column({ name: 'updated_at', type: 'datetime', precision: 3 })
  updatedAt: Date;

  @Column({ name: 'version', type: 'int' })
  version: number;
}

/**
 * Locks a row until the transaction ends and counts its version up, by one statement for both databases. `where` names it.
 * False if there is none.
 */
export async function lockForChange<E extends Pick<Versioned, 'updatedAt' | 'version'>>(
  database: Database,
  tx: Tx,
  entity: Table<E>,
  { where, at }: { where: Partial<E>; at: Date },
): Promise<boolean> {
  const { sql, params } = database.statements(entity).countUp(where, at);
  return (await database.execute(sql, params, tx)).affected === 1;
}
