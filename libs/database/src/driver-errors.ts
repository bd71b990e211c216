import { DomainError } from '@app/kernel';
import { QueryFailedError } from 'typeorm';
import { driverError, isErrorLike, withoutValues } from './without-values.js';

/**
 * What a storage failure means for the caller. All other errors are our own fault.
 * - `away`: no connection, or the server closed it
 * - `read-only`: the server accepts no writes any more; a new connection may reach one that does
 * - `full`: nothing can be stored until somebody frees space
 * - `damaged`: the file of the embedded database is corrupt
 * - `busy`: a deadlock or lock wait timeout; a retry of the same transaction may succeed
 */
type Trouble = 'away' | 'read-only' | 'full' | 'damaged' | 'busy';

/** MySQL's and MariaDB's error numbers; mysql2 knows the names of only one of them. */
const NUMBERS: Record<Trouble, readonly number[]> = {
  // Too many connections, shutdown, host blocked, out of threads, memory or statements, connection killed or idle for
  // too long, statement interrupted, server offline or not ready, packets lost, prepared statement unknown.
  away: [
    1037, 1038, 1040, 1041, 1042, 1043, 1045, 1047, 1053, 1077, 1079, 1129, 1135, 1152, 1154, 1155, 1156, 1157, 1158,
    1159, 1160, 1161, 1184, 1203, 1226, 1243, 1317, 1461, 1615, 1637, 1927, 3032, 3168, 3169, 4031,
  ],
  'read-only': [1290, 1792, 1836, 1874],
  full: [3, 20, 1021, 1026, 1030, 1114],
  damaged: [1034, 1035, 1194, 1195, 1712],
  busy: [1020, 1205, 1213],
};

/** Prefixes of the codes of Node's sockets, mysql2 and SQLite, whose codes have longer variants. */
const CODES: Record<Trouble, readonly string[]> = {
  away: [
    'ECONNREFUSED',
    'ECONNRESET',
    'EPIPE',
    'ETIMEDOUT',
    'ENOTFOUND',
    'EAI_AGAIN',
    'EHOSTUNREACH',
    'ENETUNREACH',
    'EMFILE',
    'ENFILE',
    'PROTOCOL_CONNECTION_LOST',
    'PROTOCOL_SEQUENCE_TIMEOUT',
    'PROTOCOL_ENQUEUE_',
    'HANDSHAKE_',
    'SQLITE_BUSY',
    'SQLITE_LOCKED',
    'SQLITE_PROTOCOL',
    'SQLITE_INTERRUPT',
    'SQLITE_CANTOPEN',
    'SQLITE_PERM',
    'SQLITE_AUTH',
  ],
  'read-only': ['SQLITE_READONLY'],
  full: ['ENOSPC', 'EDQUOT', 'EFBIG', 'SQLITE_FULL', 'SQLITE_IOERR', 'SQLITE_NOMEM', 'SQLITE_NOLFS'],
  damaged: ['SQLITE_CORRUPT', 'SQLITE_NOTADB', 'SQLITE_FORMAT'],
  busy: [],
};

/** mysql2 and libsql throw these errors without a code. */
const AWAY_MESSAGE =
  /Queue limit reached|Pool is closed|connection is in closed state|The database connection is not open/;

const SENTENCES: Record<Exclude<Trouble, 'busy'>, string> = {
  away: 'The database is not available. Try again later.',
  'read-only': 'The database takes no changes at the moment. Try again later.',
  full: 'The database can store nothing more at the moment. Try again later.',
  damaged: 'The database cannot be read. Try again later.',
};

const TROUBLES = Object.keys(NUMBERS) as Trouble[];

function troubleOf(error: unknown): Trouble | undefined {
  const { errno = 0, code = '', message = '' } = driverError(error) ?? {};
  return (
    TROUBLES.find((trouble) => NUMBERS[trouble].includes(errno)) ??
    TROUBLES.find((trouble) => CODES[trouble].some((start) => code.startsWith(start))) ??
    (AWAY_MESSAGE.test(message) ? 'away' : undefined)
  );
}

/** Whether it is a deadlock or lock wait timeout, anywhere in the chain of causes. */
export function isTransient(error: unknown): boolean {
  for (let e = error, depth = 0; isErrorLike(e) && depth < 5; e = e.cause, depth++) {
    if (troubleOf(e) === 'busy') return true;
  }
  return false;
}

/** Whether the storage failed, and not our statement. */
export function isStorageTrouble(error: unknown): boolean {
  return troubleOf(error) !== undefined;
}

/** Whether the server refused a write because it is read-only. */
export function isReadOnly(error: unknown): boolean {
  return troubleOf(error) === 'read-only';
}

/** Returns the caller's error: `service-unavailable` if the storage failed, otherwise the error without its values. */
export function translate(error: unknown): unknown {
  if (error instanceof DomainError) return error;
  const trouble = troubleOf(error);
  const cause = withoutValues(error);
  return trouble === undefined || trouble === 'busy'
    ? cause
    : new DomainError('service-unavailable', SENTENCES[trouble], { cause });
}

export const noRoom = (): DomainError => new DomainError('service-unavailable', SENTENCES.full);

/** MariaDB's and MySQL's errors for a statement that reached its own time limit. */
const TIMED_OUT = new Set([1969, 3024]);

const INTERRUPTED = 1317;

/** Turns an error after the time limit into a timeout: a full-text search reports its interruption with other codes. */
export function timedOut(error: unknown): unknown {
  const cause = error instanceof DomainError && driverError(error.cause)?.errno === INTERRUPTED ? error.cause : error;
  return cause instanceof QueryFailedError && !isTimedOut(cause)
    ? Object.assign(new Error('The statement was ended.', { cause }), { errno: 1969 })
    : error;
}

/** Whether the server stopped a `Database.queryWithin` statement because of its time limit. */
export function isTimedOut(error: unknown): boolean {
  return TIMED_OUT.has(driverError(error)?.errno ?? 0);
}

/** Whether it is a violated unique constraint; `name` limits it to an index or column named in the server's message. */
export function isDuplicate(error: unknown, name?: string): boolean {
  const inner = driverError(error);
  if (!inner) return false;
  const duplicate =
    inner.errno === 1062 || inner.code === 'SQLITE_CONSTRAINT_UNIQUE' || inner.code === 'SQLITE_CONSTRAINT_PRIMARYKEY';
  if (!duplicate) return false;
  // Only the part after the value: otherwise a user's text could look like an index name.
  const where = inner.message.slice(inner.message.lastIndexOf(inner.errno === 1062 ? 'for key' : 'failed:'));
  return name === undefined || where.includes(name);
}
