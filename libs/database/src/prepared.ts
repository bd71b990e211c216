import type { ExecuteValues, PoolConnection, QueryError, ResultSetHeader, RowDataPacket } from 'mysql2';
import { QueryFailedError } from 'typeorm';
import { Deadlines, type Wait } from '@app/async';
import { DomainError } from '@app/kernel';
import { isReadOnly, translate } from './driver-errors.js';
import { TIMEOUTS } from './options.js';
import { giveUpSessions } from './session.js';

export interface StatementResult {
  /** Only of a statement that returns rows. */
  rows?: unknown[];
  affected: number;
  insertId: number;
}

type Result = RowDataPacket[] | ResultSetHeader;

const deadlines = new Deadlines(TIMEOUTS.query);

/**
 * Runs a server-side prepared statement. The server parses each text once per connection; TypeORM's own `query` would
 * send the whole text every time.
 */
export function executePrepared(connection: PoolConnection, sql: string, values: unknown[]): Promise<StatementResult> {
  return withDeadline(connection, sql, (done) => connection.execute<Result>(sql, values as ExecuteValues[], done));
}

/** Runs a statement without parameters, such as COMMIT, as text; TypeORM's own work around one costs as much again. */
export function executePlain(connection: PoolConnection, sql: string): Promise<StatementResult> {
  return withDeadline(connection, sql, (done) => connection.query<Result>(sql, done));
}

/** Resolves in time, or closes the connection (the server may still be working) and rejects: `service-unavailable`. */
function withDeadline(
  connection: PoolConnection,
  sql: string,
  send: (done: (error: QueryError | null, result: Result) => void) => void,
): Promise<StatementResult> {
  // One promise and no async function: every order waits for seventeen of these, one after the other.
  return new Promise((resolve, reject) => {
    let wait: Wait | undefined;
    let isOver = false;
    send((error, result) => {
      isOver = true;
      if (wait) deadlines.stop(wait);
      if (!error) return resolve(toStatementResult(result));
      reject(refusal(connection, new QueryFailedError(sql, undefined, error)));
    });
    // A closed connection rejects before `send` returns.
    if (!isOver) wait = deadlines.start(() => reject(giveUp(connection)));
  });
}

function toStatementResult(result: Result): StatementResult {
  return Array.isArray(result)
    ? { rows: result, affected: 0, insertId: 0 }
    : { affected: result.affectedRows, insertId: result.insertId };
}

/** The error for the caller; if the server is read-only, its connections are given up. */
export function refusal(connection: PoolConnection, error: unknown): Error {
  if (isReadOnly(error)) giveUpSessions(connection);
  return translate(error) as Error;
}

/** Applies the same deadline to a statement that TypeORM sends. */
export function bounded<T>(connection: PoolConnection, answer: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const wait = deadlines.start(() => reject(giveUp(connection)));
    const end = () => deadlines.stop(wait);
    answer.then(resolve, (error: unknown) => reject(refusal(connection, error))).then(end, end);
  });
}

function giveUp(connection: PoolConnection): DomainError {
  connection.destroy();
  return new DomainError('service-unavailable', 'The database did not answer in time. Try again later.');
}
