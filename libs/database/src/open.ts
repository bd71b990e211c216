import { existsSync } from 'node:fs';
import { StartFailure } from '@app/kernel';
import type { Pool, PoolOptions } from 'mysql2';
import { DataSource, type DataSourceOptions, MigrationExecutor, type QueryRunner } from 'typeorm';
import { CHARACTERS, storeEveryText } from './charset.js';
import { dataSourceOptions, mysqlAddress, TIMEOUTS, type DatabaseOptions } from './options.js';
import { isStorageTrouble } from './driver-errors.js';
import { makePrivate } from './private-file.js';
import { quoteName, withServer } from './server.js';
import { driverError, withoutValues } from './without-values.js';

const UNKNOWN_DATABASE = 1049;
const DATABASE_DENIED = 1044;
const ACCESS_DENIED = 1045;
/** How long we wait for another process's migrations. */
const MIGRATION_WAIT_SECONDS = 120;

/**
 * Opens a data source on an existing database with the newest schema. With `migrated: 'elsewhere'` it assumes both, and
 * connects to MySQL only at the first query.
 */
export async function openDataSource(options: DatabaseOptions): Promise<DataSource> {
  const elsewhere = options.migrated === 'elsewhere';
  if (!elsewhere) await migrate(options);
  const dataSource = new DataSource(dataSourceOptions(options));
  if (elsewhere) connectLazily(dataSource);
  return dataSource.initialize();
}

/** TypeORM connects to learn the server's version, which only its schema builder needs. */
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
 * Creates the database if it is missing and the user may, and runs the pending migrations, one process at a time.
 *
 * @throws Error with one sentence that says which privilege to grant or what to start.
 */
export async function migrate(options: DatabaseOptions): Promise<void> {
  await withMigrations(options, (dataSource) =>
    underLock(dataSource, async (runner) => {
      if (options.url.startsWith('mysql:')) await storeEveryText(runner, mysqlAddress(options).database);
      const executor = new MigrationExecutor(dataSource, runner);
      executor.transaction = 'each';
      await executor.executePendingMigrations();
    }),
  );
}

/**
 * Runs `work` on its own data source without the guard, whose query deadline a long ALTER would exceed. Creates a
 * missing database first.
 */
export async function withMigrations<T>(
  options: DatabaseOptions,
  work: (dataSource: DataSource) => Promise<T>,
): Promise<T> {
  const found = await connect(options);
  if (found) return useDataSource(options, found, work);
  await createDatabase(options);
  return useDataSource(options, await new DataSource(settingsForMigration(options)).initialize(), work);
}

/** The same, but returns undefined if there is no such database. */
export async function withMigrationsIfThere<T>(
  options: DatabaseOptions,
  work: (dataSource: DataSource) => Promise<T>,
): Promise<T | undefined> {
  if (options.url.startsWith('file:') && !existsSync(options.url.slice('file:'.length))) return undefined;
  const found = await connect(options);
  return found && useDataSource(options, found, work);
}

async function useDataSource<T>(
  options: DatabaseOptions,
  dataSource: DataSource,
  work: (dataSource: DataSource) => Promise<T>,
): Promise<T> {
  try {
    return await work(dataSource);
  } catch (error) {
    throw options.url.startsWith('file:') && isStorageTrouble(error) ? explain(options, error) : withoutValues(error);
  } finally {
    await dataSource.destroy();
  }
}

const settingsForMigration = (options: DatabaseOptions) => dataSourceOptions({ ...options, entities: [], poolSize: 1 });

async function connect(options: DatabaseOptions): Promise<DataSource | undefined> {
  try {
    const settings = settingsForMigration(options);
    if (settings.type === 'better-sqlite3') makePrivate(settings.database);
    return await new DataSource(settings).initialize();
  } catch (error) {
    const errno = driverError(error)?.errno;
    if (errno === UNKNOWN_DATABASE || errno === DATABASE_DENIED) return undefined;
    throw explain(options, error);
  }
}

async function createDatabase(options: DatabaseOptions): Promise<void> {
  const { database, ...access } = mysqlAddress(options);
  const name = quoteName(database);
  const create = `CREATE DATABASE IF NOT EXISTS ${name} ${CHARACTERS}`;
  await withServer({ ...access, connectMs: TIMEOUTS.connect }, (run) => run(create)).catch((cause: unknown) => {
    throw new StartFailure(
      `The database ${name} does not exist for the user "${access.username}", who may not create it either. ` +
        `Let an administrator run: ${create}; GRANT ALL PRIVILEGES ON ${name}.* TO '${access.username}'@'%';`,
      { cause },
    );
  });
}

/** Describes a problem with a database file, and what to do. */
function describeFileProblem(error: unknown): string {
  const code = driverError(error)?.code ?? '';
  if (/^SQLITE_(CORRUPT|NOTADB)/.test(code)) {
    return 'is damaged: bring back a copy of it, or move its whole folder away to begin anew; other files there belong to its data.';
  }
  if (/^(SQLITE_(FULL|IOERR)|ENOSPC|EDQUOT)/.test(code)) return 'cannot be written: make room on its disk.';
  if (/^SQLITE_(BUSY|LOCKED)/.test(code)) return 'is in use by another process: wait for it, or stop it.';
  return 'cannot be opened: is its folder writable?';
}

function explain(options: DatabaseOptions, error: unknown): StartFailure {
  const cause = withoutValues(error);
  if (options.url.startsWith('file:')) {
    return new StartFailure(`The database file ${options.url.slice('file:'.length)} ${describeFileProblem(cause)}`, {
      cause,
    });
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

/** Runs `work` on a query runner; on MySQL under a lock that keeps other processes from migrating the same database. */
export async function underLock(
  dataSource: DataSource,
  work: (runner: QueryRunner) => Promise<unknown>,
): Promise<void> {
  const runner = dataSource.createQueryRunner();
  try {
    if (dataSource.options.type === 'mysql') await runUnderLock(runner, String(dataSource.options.database), work);
    else await work(runner);
  } finally {
    await runner.release();
  }
}

async function runUnderLock(
  runner: QueryRunner,
  database: string,
  work: (runner: QueryRunner) => Promise<unknown>,
): Promise<void> {
  // Lock names are global to the server, and at most 64 characters long.
  const lock = `migrate:${database}`.slice(0, 64);
  const [row] = (await runner.query('SELECT GET_LOCK(?, ?) AS got', [lock, MIGRATION_WAIT_SECONDS])) as {
    got: unknown;
  }[];
  if (Number(row?.got) !== 1)
    throw new Error(`Another process has been migrating for ${MIGRATION_WAIT_SECONDS} s; start again once it is done.`);
  try {
    await work(runner);
  } finally {
    await runner.query('SELECT RELEASE_LOCK(?)', [lock]);
  }
}
