import { DomainError } from '@app/kernel';
import { QueryFailedError } from 'typeorm';

interface DriverError extends Error {
  code?: string;
  errno?: number;
  sql?: string;
  sqlMessage?: string;
}

const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'PROTOCOL_CONNECTION_LOST',
  'PROTOCOL_ENQUEUE_AFTER_FATAL_ERROR',
  'ER_CON_COUNT_ERROR',
  'ER_TOO_MANY_USER_CONNECTIONS',
  'ER_USER_LIMIT_REACHED',
  'ER_SERVER_SHUTDOWN',
  'ER_CONNECTION_KILLED',
  'ER_ACCESS_DENIED_ERROR',
  'ER_OPTION_PREVENTS_STATEMENT',
  'SQLITE_BUSY',
]);
// mysql2 throws these without a code.
const UNREACHABLE_MESSAGE =
  /Queue limit reached|Pool is closed|connection is in closed state|The database connection is not open/;

/** The driver's own error behind TypeORM's, if it is one. */
export function driverError(error: unknown): DriverError | undefined {
  const inner: unknown = error instanceof QueryFailedError ? error.driverError : error;
  return isErrorLike(inner) ? inner : undefined;
}

/** Not `instanceof Error`: the system's errors come from another realm under a test runner. */
function isErrorLike(value: unknown): value is DriverError {
  return typeof value === 'object' && value !== null && 'message' in value;
}

/** Deadlock (1213) and lock wait (1205): the same transaction may well succeed when it is run again. */
export function isTransient(error: unknown): boolean {
  for (let e = error, depth = 0; isErrorLike(e) && depth < 5; e = e.cause, depth++) {
    const { errno } = driverError(e) ?? {};
    if (errno === 1213 || errno === 1205) return true;
  }
  return false;
}

/** What the caller sees: `service-unavailable` when the database is away, otherwise the error without its values. */
export function translate(error: unknown): unknown {
  const inner = driverError(error);
  if (!inner || error instanceof DomainError) return error;
  if (UNREACHABLE.has(inner.code ?? '') || UNREACHABLE_MESSAGE.test(inner.message)) {
    return new DomainError('service-unavailable', 'The database is not available. Try again later.', {
      cause: withoutValues(error),
    });
  }
  return withoutValues(error);
}

/** Database errors quote what the user sent; logs must not. */
function withoutValues(error: unknown): unknown {
  const inner = driverError(error);
  if (inner) {
    delete inner.sql;
    if (inner.sqlMessage) inner.sqlMessage = redact(inner.sqlMessage);
    rewrite(inner);
  }
  if (error instanceof QueryFailedError) {
    Object.assign(error, { parameters: undefined });
    const copy = error as QueryFailedError & DriverError;
    delete copy.sql;
    if (copy.sqlMessage) copy.sqlMessage = redact(copy.sqlMessage);
    rewrite(error);
  }
  return error;
}

function rewrite(error: Error): void {
  const { message, stack } = error;
  error.message = redact(message);
  if (stack) error.stack = stack.replace(message, () => error.message);
}

function redact(message: string): string {
  return message
    .replace(/Duplicate entry '.*' for key/s, "Duplicate entry '…' for key")
    .replace(/value: '.*'/s, "value: '…'");
}

/** MariaDB's and MySQL's words for a statement that its own time limit has ended. */
const TIMED_OUT = new Set([1969, 3024]);

/** What a server says about a statement whose time is over: a full-text search reports its interruption in words of its own. */
export function timedOut(error: unknown): unknown {
  return error instanceof QueryFailedError && !isTimedOut(error)
    ? Object.assign(new Error('The statement was ended.', { cause: error }), { errno: 1969 })
    : error;
}

/** Whether the server ended a statement of `Database.queryWithin`. */
export function isTimedOut(error: unknown): boolean {
  return TIMED_OUT.has(driverError(error)?.errno ?? 0);
}

/** True for a broken unique rule; `name` narrows it to an index or column contained in the database's own words. */
export function isDuplicate(error: unknown, name?: string): boolean {
  const inner = driverError(error);
  if (!inner) return false;
  const duplicate =
    inner.errno === 1062 || inner.code === 'SQLITE_CONSTRAINT_UNIQUE' || inner.code === 'SQLITE_CONSTRAINT_PRIMARYKEY';
  if (!duplicate) return false;
  // Only what follows the value: otherwise a user's text could pose as an index.
  const where = inner.message.slice(inner.message.lastIndexOf(inner.errno === 1062 ? 'for key' : 'failed:'));
  return name === undefined || where.includes(name);
}
