import type { PoolConnection, QueryError, ResultSetHeader, RowDataPacket } from 'mysql2';
import { QueryFailedError, type QueryRunner } from 'typeorm';
import { DomainError } from '@app/kernel';
import { translate } from './driver-errors.js';
import { TIMEOUTS } from './options.js';

export interface StatementResult {
  rows: unknown[];
  affected: number;
  insertId: number;
}

/**
 * Runs a server-side prepared statement on the runner's own connection, so inside its transaction. The server parses
 * each text once per connection; TypeORM's own `query` would send the whole text every time.
 */
export async function executePrepared(runner: QueryRunner, sql: string, values: unknown[]): Promise<StatementResult> {
  const connection = (await runner.connect()) as PoolConnection;
  try {
    const result = await bounded(connection, send(connection, sql, values));
    return Array.isArray(result)
      ? { rows: result, affected: 0, insertId: 0 }
      : { rows: [], affected: result.affectedRows, insertId: result.insertId };
  } catch (error) {
    if (error instanceof DomainError) throw error;
    throw translate(new QueryFailedError(sql, undefined, error as QueryError));
  }
}

function send(connection: PoolConnection, sql: string, values: unknown[]): Promise<RowDataPacket[] | ResultSetHeader> {
  return new Promise((resolve, reject) => {
    connection.execute<RowDataPacket[] | ResultSetHeader>(
      { sql, values: values },
      (error: QueryError | null, result) => (error ? reject(error) : resolve(result)),
    );
  });
}

/** An answer in time, or `service-unavailable`: the server may still be at work, so the connection is given up. */
export function bounded<T>(connection: PoolConnection, answer: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      connection.destroy();
      reject(new DomainError('service-unavailable', 'The database did not answer in time. Try again later.'));
    }, TIMEOUTS.query);
    answer.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
