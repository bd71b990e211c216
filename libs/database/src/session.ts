import type { Pool, PoolConnection, QueryError } from 'mysql2';

/**
 * What the platform's SQL relies on, whatever the server's own settings are. One statement, so that a new connection
 * costs one round trip; MariaDB reads what is in the first comment, MySQL what is in the second.
 * - READ COMMITTED: a locking read takes no gap locks, so that claiming outbox rows does not block those who append.
 * - The server keeps an idle connection for longer than we do.
 */
export const SESSION = [
  'SET NAMES utf8mb4 COLLATE utf8mb4_unicode_520_ci',
  "SESSION sql_mode = 'STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'",
  "SESSION /*M!tx_isolation*//*!80000 transaction_isolation*/ = 'READ-COMMITTED'",
  "SESSION time_zone = '+00:00'",
  'SESSION autocommit = 1',
  'SESSION sql_safe_updates = 0',
  'SESSION innodb_lock_wait_timeout = 5',
  'SESSION wait_timeout = 120',
].join(', ');

/** While a server stays read-only, its connections are given up for new ones once in so many milliseconds. */
const RENEWAL_MS = 1_000;

type Callback = (error: NodeJS.ErrnoException | null, connection: PoolConnection) => void;

/** The state of one pool. */
interface Sessions {
  /** Connections that began before are not used again. */
  since: number;
}

const begun = new WeakMap<PoolConnection, { at: number; of: Sessions }>();

/** Lets a pool hand out only connections whose session is set up as the platform relies on, and that were not given up. */
export function keepSessions(pool: Pool): void {
  const sessions: Sessions = { since: 0 };
  const connect = pool.getConnection.bind(pool);
  const take = (callback: Callback): void =>
    connect((error, connection) => {
      if (error) return callback(error, connection);
      const session = begun.get(connection);
      if (!session) return begin(connection, sessions, callback);
      if (session.at >= sessions.since) return callback(null, connection);
      connection.destroy();
      take(callback);
    });
  pool.getConnection = take;
}

/**
 * Gives up the connection and all others of its pool that are as old: the server behind their address has become one that
 * takes no writes, and only a new connection may find the one that does.
 */
export function giveUpSessions(connection: PoolConnection): void {
  const sessions = begun.get(connection)?.of;
  const now = performance.now();
  if (sessions && now - sessions.since >= RENEWAL_MS) sessions.since = now;
}

function begin(connection: PoolConnection, sessions: Sessions, callback: Callback): void {
  const at = performance.now();
  prepareValues(connection);
  connection.query(SESSION, (error) => {
    if (error) {
      connection.destroy();
      return callback(error, connection);
    }
    begun.set(connection, { at, of: sessions });
    callback(null, connection);
  });
}

type Send = (sql: string, values: unknown, done?: (error: QueryError | null, result: unknown) => void) => unknown;

/** A statement that TypeORM sends with values is prepared as well, so that no value is ever part of a statement's text. */
function prepareValues(connection: PoolConnection): void {
  const [query, execute] = [connection.query.bind(connection) as Send, connection.execute.bind(connection) as Send];
  const send: Send = (sql, values, done) =>
    Array.isArray(values) && values.length > 0 ? execute(sql, values, done) : query(sql, done ?? values);
  Object.assign(connection, { query: send });
}

/** Option of a connection: one that would write values into a statement's text refuses. */
export function refuseValues(sql: string, values: unknown): string {
  if (Array.isArray(values) && values.length === 0) return sql;
  throw new Error('A statement with values is prepared: use execute.');
}
