import { currentTransactionScope, withDeadline } from '@app/kernel';
import type { DataSource, QueryRunner } from 'typeorm';
import type { PoolConnection } from 'mysql2';
import { translate } from './driver-errors.js';
import { Mutex } from './mutex.js';
import { TIMEOUTS } from './options.js';
import { bounded, executePlain } from './prepared.js';

/** What TypeORM sends around a transaction. */
const BRACKETS: readonly unknown[] = ['START TRANSACTION', 'COMMIT', 'ROLLBACK'];
/** Longest wait for the embedded database's only connection. */
const EMBEDDED_WAIT_MS = 10_000;

/**
 * Makes a data source safe to share. Every query runner it hands out
 * - waits for a connection and for an answer with a deadline, and reports an unreachable database as `service-unavailable`,
 * - refuses a transaction that `Database.transaction` did not open,
 * - on SQLite, takes turns: TypeORM has one connection there, on which concurrent transactions would interleave so that
 *   one's rollback erases the other's commit.
 */
export class Guard {
  readonly mutex: Mutex | undefined;
  private readonly allowed = new WeakSet<QueryRunner>();
  private readonly statements = new Map<string, unknown>();

  constructor(private readonly dataSource: DataSource) {
    this.mutex = dataSource.options.type === 'mysql' ? undefined : new Mutex(EMBEDDED_WAIT_MS);
    const { driver } = dataSource;
    const create = driver.createQueryRunner.bind(driver);
    driver.createQueryRunner = (mode) => {
      // TypeORM would hand the same SQLite runner, and so its transaction state, to everybody.
      if (this.mutex) Object.assign(driver, { queryRunner: undefined });
      return this.protect(create(mode));
    };
  }

  /** Lets this one runner begin a transaction. */
  allowTransaction(runner: QueryRunner): void {
    this.allowed.add(runner);
  }

  /** Runs work in its turn; inside a transaction that already has the turn, at once. */
  exclusively<T>(work: () => Promise<T>): Promise<T> {
    return this.mutex ? this.mutex.run(currentTransactionScope() ?? {}, work) : work();
  }

  /** A connection for one statement (MySQL only): a query runner would cost more than it. To be released. */
  connection(): Promise<PoolConnection> {
    const { driver } = this.dataSource as { driver: { obtainMasterConnection?: () => Promise<PoolConnection> } };
    return this.connect(() => driver.obtainMasterConnection?.() ?? Promise.reject(new Error('SQLite has no pool.')));
  }

  private protect(runner: QueryRunner): QueryRunner {
    const connect = runner.connect.bind(runner) as () => Promise<unknown>;
    const query = runner.query.bind(runner) as (...args: unknown[]) => Promise<unknown>;
    const begin = runner.startTransaction.bind(runner);
    let connected: Promise<unknown> | undefined;
    return Object.assign(
      runner,
      {
        connect: () => (connected ??= this.connect(connect)),
        query: (sql: unknown, ...rest: unknown[]) => this.query(runner, [this.early(sql), ...rest], query),
        startTransaction: async (...args: Parameters<typeof begin>) => {
          if (!this.allowed.has(runner)) {
            throw new Error(
              'A transaction begins with Database.transaction. For save() and remove() use the repository of its tx.',
            );
          }
          await begin(...args);
        },
      },
      this.mutex && { stmtCache: this.statements },
    );
  }

  /**
   * On SQLite a transaction asks for the file's write lock when it begins. One that asks only at its first write fails at
   * once when another process (an operator's command) has written since its first read.
   */
  private early(sql: unknown): unknown {
    return this.mutex && sql === 'BEGIN TRANSACTION' ? 'BEGIN IMMEDIATE TRANSACTION' : sql;
  }

  private async connect<T>(connect: () => Promise<T>): Promise<T> {
    const connection = connect();
    try {
      return await withDeadline(connection, TIMEOUTS.acquire, 'The database');
    } catch (error) {
      // One that comes after all goes back to the pool.
      connection.then(
        (late) => (late as PoolConnection).release(),
        () => undefined,
      );
      throw translate(error);
    }
  }

  private async query(runner: QueryRunner, args: unknown[], query: Query): Promise<unknown> {
    try {
      if (this.mutex) return await this.exclusively(() => query(...args));
      const connection = (await runner.connect()) as PoolConnection;
      if (BRACKETS.includes(args[0])) return await executePlain(connection, args[0] as string);
      return await bounded(connection, query(...args));
    } catch (error) {
      throw translate(error);
    }
  }
}

type Query = (...args: unknown[]) => Promise<unknown>;
