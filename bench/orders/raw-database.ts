import { createPool, type Pool, type PoolConnection } from 'mysql2/promise';

/** A pool with the platform's session settings and size, without mysql2's stack trace for every statement. */
export function openPool(uri: string, connectionLimit: number): Pool {
  const pool = createPool({ uri, connectionLimit, timezone: 'Z', trace: false });
  pool.on('connection', (connection) => {
    void connection.query('SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED');
  });
  return pool;
}

export async function inTransaction<T>(pool: Pool, work: (tx: PoolConnection) => Promise<T>): Promise<T> {
  const tx = await pool.getConnection();
  try {
    await tx.query('START TRANSACTION');
    const result = await work(tx);
    await tx.query('COMMIT');
    return result;
  } catch (error) {
    await tx.query('ROLLBACK');
    throw error;
  } finally {
    tx.release();
  }
}

/** The time in `ms` milliseconds. */
export const later = (ms: number) => new Date(Date.now() + ms);
