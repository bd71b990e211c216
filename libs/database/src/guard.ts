import { Deadlines } from '@app/async';
import { currentTransactionScope, DomainError } from '@app/kernel';
import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import type { PoolConnection } from 'mysql2';
import { translate } from './driver-errors.js';
import { Mutex } from './mutex.js';
import { TIMEOUTS } from './options.js';
import { bounded, executePlain, executePrepared, type StatementResult } from './prepared.js';

const acquiring = new Deadlines(TIMEOUTS.acquire);
/** Longest wait for the embedded database's only connection. */
const EMBEDDED_WAIT_MS = 10_000;

/**
 * Makes a data source safe to share. Each query runner that it creates
 * - waits for a connection and a response with a deadline, and reports an unreachable database as
 *   `service-unavailable`,
 * - rejects a transaction that `Database.transaction` did not open,
 * - on SQLite, runs transactions one at a time: on TypeORM's only connection they would interleave, so that the
 *   rollback of one would undo the commit of another.
 */
export class Guard {
  readonly mutex: Mutex | undefined;
  private readonly allowed = new WeakSet<QueryRunner>();
  private readonly connections = new WeakMap<EntityManager, PoolConnection>();
  private readonly statements = new Map<string, unknown>();

  constructor(private readonly dataSource: DataSource) {
    this.mutex = dataSource.options.type === 'mysql' ? undefined : new Mutex(EMBEDDED_WAIT_MS);
    const { driver } = dataSource;
    const create = driver.createQueryRunner.bind(driver);
    driver.createQueryRunner = (mode) => {
      // TypeORM would share one SQLite runner, and so its transaction state, among all callers.
      if (this.mutex) Object.assign(driver, { queryRunner: undefined });
      return this.protect(create(mode));
    };
  }

  /**
   * Begins a runner's transaction and marks it as allowed. On MySQL it does what TypeORM does, except notifying
   * subscribers (we have none), which costs as much as the statement.
   */
  async begin(runner: QueryRunner): Promise<void> {
    this.allowed.add(runner);
    if (this.mutex) return runner.startTransaction();
    const connection = (await runner.connect()) as PoolConnection;
    await executePlain(connection, 'START TRANSACTION');
    this.connections.set(runner.manager, connection);
    Object.assign(runner, { isTransactionActive: true, transactionDepth: 1 });
  }

  async commit(runner: QueryRunner): Promise<void> {
    const connection = this.connections.get(runner.manager);
    if (!connection) return runner.commitTransaction();
    await executePlain(connection, 'COMMIT');
    Object.assign(runner, { isTransactionActive: false, transactionDepth: 0 });
  }

  /** Returns the connection of a running transaction (MySQL only). */
  connectionOf({ queryRunner }: EntityManager): PoolConnection | undefined {
    return queryRunner?.isTransactionActive ? this.connections.get(queryRunner.manager) : undefined;
  }

  /** Waits for its turn, then runs `work`; inside a transaction that already has the turn, runs it at once. */
  exclusively<T>(work: () => Promise<T>): Promise<T> {
    return this.mutex ? this.mutex.run(currentTransactionScope() ?? {}, work) : work();
  }

  /** Runs a prepared statement as its own transaction (MySQL only): a query runner would cost more than it does. */
  async runAlone(sql: string, values: unknown[]): Promise<StatementResult> {
    const { driver } = this.dataSource as { driver: { obtainMasterConnection?: () => Promise<PoolConnection> } };
    const connection = await this.connect(
      () => driver.obtainMasterConnection?.() ?? Promise.reject(new Error('SQLite has no pool.')),
    );
    try {
      return await executePrepared(connection, sql, values);
    } finally {
      connection.release();
    }
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
        query: (sql: unknown, ...rest: unknown[]) => this.query(runner, [this.lockAtBegin(sql), ...rest], query),
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
   * On SQLite a transaction takes the file's write lock when it begins. If it took the lock at its first write, it
   * would fail at once when another process (an operator's command) had written since its first read.
   */
  private lockAtBegin(sql: unknown): unknown {
    return this.mutex && sql === 'BEGIN TRANSACTION' ? 'BEGIN IMMEDIATE TRANSACTION' : sql;
  }

  /** A connection that arrives after the deadline goes back to the pool. */
  private connect<T>(connect: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      let isLate = false;
      const wait = acquiring.start(() => {
        isLate = true;
        reject(new DomainError('service-unavailable', 'The database did not answer in time. Try again later.'));
      });
      connect().then(
        (connection) => {
          acquiring.stop(wait);
          if (isLate) (connection as PoolConnection).release();
          else resolve(connection);
        },
        (error: unknown) => {
          acquiring.stop(wait);
          const reason = translate(error) as Error;
          reject(reason);
        },
      );
    });
  }

  private async query(runner: QueryRunner, args: unknown[], query: Query): Promise<unknown> {
    if (!this.mutex) return bounded((await runner.connect()) as PoolConnection, query(...args));
    try {
      return await this.exclusively(() => query(...args));
    } catch (error) {
      throw translate(error);
    }
  }
}

type Query = (...args: unknown[]) => Promise<unknown>;
