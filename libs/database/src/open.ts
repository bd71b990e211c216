import { existsSync } from 'node:fs';
import { StartFailure } from '@app/kernel';
import type { Pool, PoolOptions } from 'mysql2';
import { createConnection } from 'mysql2/promise';
import { DataSource, type DataSourceOptions, MigrationExecutor, type QueryRunner } from 'typeorm';
import { driverError } from './driver-errors.js';
import { dataSourceOptions, mysqlAddress, TIMEOUTS, type DatabaseOptions } from './options.js';

const UNKNOWN_DATABASE = 1049;
const DATABASE_DENIED = 1044;
const ACCESS_DENIED = 1045;
/** Someone else's migrations may take this long before we give up waiting. */
const MIGRATION_WAIT_SECONDS = 120;

/**
 * An open data source on a database that exists and has the newest schema. With `migrated: 'elsewhere'` both are taken
 * for granted, and a MySQL server is first spoken to by the first query.
 */
export async function openDataSource(options: DatabaseOptions): Promise<DataSource> {
  const elsewhere = options.migrated === 'elsewhere';
  if (!elsewhere) await migrate(options);
  const dataSource = new DataSource(dataSourceOptions(options));
  if (elsewhere) connectLazily(dataSource);
  return dataSource.initialize();
}

/** TypeORM connects to find out the server's version, which only its schema builder needs. */
function connectLazily({ options, driver }: DataSource): void {
  if (options.type !== 'mysql') return;
  const mysql = driver as unknown as {
    pool: Pool;
    mysql: { createPool(options: PoolOptions): Pool };
    connect(): Promise<void>;
    createConnectionOptions(options: DataSourceOptions, credentials: DataSourceOptions): PoolOptions;
  };
  mysql.connect = () => {
    mysql.pool = mysql.mysql.createPool(mysql.createConnectionOptions(options, options));
    return Promise.resolve();
  };
}

/**
 * Creates the database when it is missing and allowed, and runs the pending migrations, one process at a time.
 *
 * @throws Error with one sentence that says what to grant or to start.
 */
export async function migrate(options: DatabaseOptions): Promise<void> {
  const dataSource = await connectForMigration(options);
  try {
    const runner = dataSource.createQueryRunner();
    await underLock(runner, dataSource, () => {
      const executor = new MigrationExecutor(dataSource, runner);
      executor.transaction = 'each';
      return executor.executePendingMigrations();
    });
    await runner.release();
  } finally {
    await dataSource.destroy();
  }
}

/** A data source of its own, without the guard: a long ALTER would not survive its query deadline. */
export async function connectForMigration(options: DatabaseOptions): Promise<DataSource> {
  const found = await connect(options);
  if (found) return found;
  await createDatabase(options);
  return new DataSource(settingsForMigration(options)).initialize();
}

/** The same, but undefined where there is no such database. */
export async function connectIfThere(options: DatabaseOptions): Promise<DataSource | undefined> {
  if (options.url.startsWith('file:') && !existsSync(options.url.slice('file:'.length))) return undefined;
  return connect(options);
}

const settingsForMigration = (options: DatabaseOptions) => dataSourceOptions({ ...options, entities: [], poolSize: 1 });

async function connect(options: DatabaseOptions): Promise<DataSource | undefined> {
  try {
    return await new DataSource(settingsForMigration(options)).initialize();
  } catch (error) {
    const errno = driverError(error)?.errno;
    if (errno === UNKNOWN_DATABASE || errno === DATABASE_DENIED) return undefined;
    throw explain(options, error);
  }
}

async function createDatabase(options: DatabaseOptions): Promise<void> {
  const { username, database, ...server } = mysqlAddress(options);
  const name = `\`${database.replaceAll('`', '``')}\``;
  const create = `CREATE DATABASE IF NOT EXISTS ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci`;
  const connection = await createConnection({ ...server, user: username, connectTimeout: TIMEOUTS.connect });
  try {
    await connection.query(create);
  } catch (cause) {
    throw new StartFailure(
      `The database ${name} does not exist for the user "${username}", who may not create it either. ` +
        `Let an administrator run: ${create}; GRANT ALL PRIVILEGES ON ${name}.* TO '${username}'@'%';`,
      { cause },
    );
  } finally {
    await connection.end();
  }
}

function explain(options: DatabaseOptions, cause: unknown): StartFailure {
  if (options.url.startsWith('file:')) {
    return new StartFailure(
      `The database file ${options.url.slice('file:'.length)} cannot be opened: is its folder writable?`,
      { cause },
    );
  }
  const { host, port, username } = mysqlAddress(options);
  const { errno, code } = driverError(cause) ?? {};
  return errno === ACCESS_DENIED
    ? new StartFailure(
        `The database server at ${host}:${port} refuses the user "${username}": check the password in DATABASE_URL.`,
        { cause },
      )
    : new StartFailure(
        `The database server at ${host}:${port} cannot be reached (${code ?? 'unknown error'}): is it running?`,
        { cause },
      );
}

export async function underLock(
  runner: QueryRunner,
  dataSource: DataSource,
  work: () => Promise<unknown>,
): Promise<void> {
  if (dataSource.options.type !== 'mysql') {
    await work();
    return;
  }
  // The name is the server's, not the database's, and 64 characters long at most.
  const lock = `migrate:${String(dataSource.options.database)}`.slice(0, 64);
  const [row] = (await runner.query('SELECT GET_LOCK(?, ?) AS got', [lock, MIGRATION_WAIT_SECONDS])) as {
    got: unknown;
  }[];
  if (Number(row?.got) !== 1)
    throw new Error(`Another process has been migrating for ${MIGRATION_WAIT_SECONDS} s; start again once it is done.`);
  try {
    await work();
  } finally {
    await runner.query('SELECT RELEASE_LOCK(?)', [lock]);
  }
}
