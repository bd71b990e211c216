import Libsql from 'libsql';
import { createPool, type Pool, type PoolOptions } from 'mysql2';
import type { DataSourceOptions, MigrationInterface } from 'typeorm';
import { renewOnDenial, type CredentialSource } from './credentials.js';
import { endIdle } from './idle.js';
import { keepSessions, refuseValues } from './session.js';

export type EntityClass = new () => object;
export type MigrationClass = new () => MigrationInterface;

/** Options of a service's database. */
export interface DatabaseOptions {
  /** `mysql://user:password@host:port[/database]` or `file:path/to/data.db`. */
  url: string;
  /** For a MySQL address without a database name. */
  defaultDatabase: string;
  entities: EntityClass[];
  migrations: MigrationClass[];
  /** Maximum number of connections; SQLite always has one. */
  poolSize: number;
  /** `elsewhere`: another process manages the schema, and the first query opens the first connection. */
  migrated?: 'at-start' | 'elsewhere';
  /** Fetches new credentials when the server rejects those in `url`, as it does after a rotation. */
  credentials?: CredentialSource | undefined;
}

/** How a service reaches its database, from its configuration. */
export type DatabaseAccess = Pick<DatabaseOptions, 'url' | 'poolSize' | 'migrated' | 'credentials'>;

/**
 * Milliseconds to wait for a TCP connection, for a free one in the pool, and for one query. A connection that was idle
 * for longer than `idle` is not reused: `idle` must stay below the session's `wait_timeout`.
 */
export const TIMEOUTS = { connect: 3_000, acquire: 5_000, query: 15_000, idle: 60_000 } as const;

/** The parts of a MySQL address. */
export interface MysqlAddress {
  host: string;
  port: number;
  username: string;
  password: string;
  database: string;
}

export function mysqlAddress(options: Pick<DatabaseOptions, 'url' | 'defaultDatabase'>): MysqlAddress {
  const url = new URL(options.url);
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port || 3306),
    username: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database: decodeURIComponent(url.pathname.slice(1)) || options.defaultDatabase,
  };
}

/** TypeORM's options for both kinds of database. Never `synchronize`: migrations are written by hand. */
export function dataSourceOptions(options: DatabaseOptions): DataSourceOptions {
  const common = { entities: options.entities, migrations: options.migrations, logging: false as const };
  if (options.url.startsWith('file:')) {
    return {
      ...common,
      type: 'better-sqlite3',
      driver: Libsql,
      database: options.url.slice('file:'.length),
      enableWAL: true,
      prepareDatabase: (connection: { pragma(text: string): void }) => {
        connection.pragma('synchronous = NORMAL');
        // Deleted data is overwritten: it may be a token.
        connection.pragma('secure_delete = ON');
      },
    };
  }
  if (!options.url.startsWith('mysql://')) throw new Error('DATABASE_URL must begin with mysql:// or file:');
  return {
    ...common,
    ...mysqlAddress(options),
    type: 'mysql',
    driver: preparedMysql(options.credentials),
    ...(new URL(options.url).searchParams.get('tls') === 'required' && { ssl: 'Amazon RDS' }),
    timezone: 'Z',
    charset: 'utf8mb4',
    connectTimeout: TIMEOUTS.connect,
    poolSize: options.poolSize,
    bigNumberStrings: false,
    // `trace` would record a stack for each statement; errors get one where they are translated.
    extra: {
      queueLimit: options.poolSize * 100,
      maxPreparedStatements: 200,
      trace: false,
      queryFormat: refuseValues,
    },
  };
}

/** mysql2 with pools that renew connections when necessary and set up each session for the platform. */
const preparedMysql = (credentials: CredentialSource | undefined) => ({
  createPool(options: PoolOptions): Pool {
    const pool = createPool(options);
    endIdle(pool, TIMEOUTS.idle);
    keepSessions(pool);
    if (credentials) renewOnDenial(pool, credentials);
    return pool;
  },
});
