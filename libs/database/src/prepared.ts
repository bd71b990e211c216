import type { PoolConnection, QueryError, ResultSetHeader, RowDataPacket } from 'mysql2';
import { QueryFailedError } from 'typeorm';
import { DomainError } from '@app/kernel';
import { translate } from './driver-errors.js';
import { TIMEOUTS } from './options.js';

export interface StatementResult {
  rows: unknown[];
  affected: number;
  insertId: number;
}

type Result = RowDataPacket[] | ResultSetHeader;

/**
 * Runs a server-side prepared statement. The server parses each text once per connection; TypeORM's own `query` would
 * send the whole text every time.
 */
export async function executePrepared(
  connection: PoolConnection,
  sql: string,
  values: unknown[],
): Promise<StatementResult> {
  try {
    const result = await answered<Result>(connection, (done) => connection.execute<Result>({ sql, values }, done));
    return Array.isArray(result)
      ? { rows: result, affected: 0, insertId: 0 }
      : { rows: [], affected: result.affectedRows, insertId: result.insertId };
  } catch (error) {
    if (error instanceof DomainError) throw error;
    throw translate(new QueryFailedError(sql, undefined, error as QueryError));
  }
}

/** Runs a statement without parameters, such as COMMIT, as text; what TypeORM does around one costs as much as the rest. */
export async function executePlain(connection: PoolConnection, sql: string): Promise<void> {
  try {
    await answered<Result>(connection, (done) => connection.query<Result>(sql, done));
  } catch (error) {
    throw error instanceof DomainError ? error : new QueryFailedError(sql, undefined, error as QueryError);
  }
}

/** An answer in time, or `service-unavailable`: the server may still be at work, so the connection is given up. */
function answered<T>(
  connection: PoolConnection,
  send: (done: (error: QueryError | null, result: T) => void) => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      connection.destroy();
      reject(new DomainError('service-unavailable', 'The database did not answer in time. Try again later.'));
    }, TIMEOUTS.query);
    send((error, result) => {
      clearTimeout(timer);
      if (error) reject(error);
      else resolve(result);
    });
  });
}

/** As a statement of ours, for one that TypeORM sends. */
export function bounded<T>(connection: PoolConnection, answer: Promise<T>): Promise<T> {
  return answered<T>(connection, (done) => {
    answer.then(
      (result) => done(null, result),
      (error: QueryError) => done(error, undefined as T),
    );
  });
}
