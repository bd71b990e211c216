import type { Pool, PoolConnection, QueryError } from 'mysql2';

/**
 * Session settings that the platform's SQL needs, whatever the server's own are. One statement, so that a new
 * connection costs one round trip; MariaDB executes the first comment, MySQL the second.
 * - READ COMMITTED: a locking read takes no gap locks, so that claiming outbox rows does not block appends.
 * - wait_timeout: the server keeps an idle connection for longer than we do.
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

/** While a server stays read-only, its connections are replaced at most once in this many milliseconds. */
const RENEWAL_MS = 1_000;

type Callback = (error: NodeJS.ErrnoException | null, connection: PoolConnection) => void;

/** The state of one pool. */
interface Sessions {
  /** Connections opened before this time are not reused. */
  since: number;
}

const opened = new WeakMap<PoolConnection, { at: number; of: Sessions }>();

/** Makes a pool hand out only connections with the platform's session settings that were not given up. */
export function keepSessions(pool: Pool): void {
  const sessions: Sessions = { since: 0 };
  const connect = pool.getConnection.bind(pool);
  const take = (callback: Callback): void =>
    connect((error, connection) => {
      if (error) return callback(error, connection);
      const session = opened.get(connection);
      if (!session) return begin(connection, sessions, callback);
      if (session.at >= sessions.since) return callback(null, connection);
      connection.destroy();
      take(callback);
    });
  pool.getConnection = take;
}

/**
 * Gives up all connections of this one's pool: the server behind their address has become read-only, and only a new
 * connection may reach the one that accepts writes.
 */
export function giveUpSessions(connection: PoolConnection): void {
  const sessions = opened.get(connection)?.of;
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
    opened.set(connection, { at, of: sessions });
    callback(null, connection);
  });
}

type Send = (sql: string, values: unknown, done?: (error: QueryError | null, result: unknown) => void) => unknown;

/** Also prepares statements that TypeORM sends with values, so that no value is ever part of a statement's text. */
function prepareValues(connection: PoolConnection): void {
  const [query, execute] = [connection.query.bind(connection) as Send, connection.execute.bind(connection) as Send];
  const send: Send = (sql, values, done) =>
    Array.isArray(values) && values.length > 0 ? execute(sql, values, done) : query(sql, done ?? values);
  Object.assign(connection, { query: send });
}

/** Connection option: rejects statements whose values would be written into their text. */
export function refuseValues(sql: string, values: unknown): string {
  if (Array.isArray(values) && values.length === 0) return sql;
  throw new Error('A statement with values is prepared: use execute.');
}
