import {
  backoff,
  currentTransactionScope,
  DomainError,
  runInTransactionScope,
  runOutsideTransaction,
  sleep,
  withDeadline,
  type TransactionScope,
} from '@app/kernel';
import { Injectable, Logger } from '@nestjs/common';
import { DataSource, type EntityManager, type ObjectLiteral, type Repository } from 'typeorm';
import { hasRoom } from './disk-room.js';
import { isDuplicate, isTimedOut, isTransient, noRoom, timedOut } from './driver-errors.js';
import { Guard } from './guard.js';
import { executePrepared, type StatementResult } from './prepared.js';

/** A running transaction. Whatever takes part in one is handed it. */
export type Tx = EntityManager;

const RETRIES = 5;
/** As a table of steps: MySQL 9 answers a tree by default. */
export const EXPLAIN = 'EXPLAIN FORMAT=TRADITIONAL';

/**
 * A write that changes no row. A server that takes none refuses it before it looks for rows; on SQLite the number that is
 * written belongs to whoever made the file, and takes the disk's next page.
 */
const WRITES = {
  mysql: 'UPDATE migrations SET name = name WHERE id = 0',
  sqlite: 'PRAGMA user_version = 1',
} as const;

/** The service's database: transactions, SQL with `?` placeholders on both dialects, repositories. */
@Injectable()
export class Database {
  readonly dialect: 'mysql' | 'sqlite';
  private readonly guard: Guard;
  private readonly logger = new Logger('Database');
  private readonly closing: (() => Promise<void>)[] = [];
  private readonly destroy: () => Promise<void>;

  constructor(readonly dataSource: DataSource) {
    this.dialect = dataSource.options.type === 'mysql' ? 'mysql' : 'sqlite';
    this.guard = new Guard(dataSource);
    this.destroy = dataSource.destroy.bind(dataSource);
    // Nest's module destroys the data source with the app; what `beforeClose` named has to end first.
    dataSource.destroy = () => this.close();
  }

  /**
   * Runs `fn` in a transaction, the only way to open one. Deadlocks and lock waits run the whole of `fn` again, 5 times,
   * with jitter, so `fn` must not do anything but database work. What `afterCommit` registered runs after the commit.
   *
   * @throws Error inside another transaction: pass its `tx` on instead.
   */
  async transaction<T>(fn: (tx: Tx) => Promise<T>): Promise<T> {
    if (currentTransactionScope()) throw new Error('Database.transaction inside another one: pass the tx on instead.');
    return this.unlessBusy(async () => {
      const scope: TransactionScope = { afterCommit: [] };
      const result = await runInTransactionScope(scope, () => this.guard.exclusively(() => this.attempt(fn)));
      this.afterCommit(scope);
      return result;
    });
  }

  /**
   * Rows of a SELECT. Parameters may be strings, numbers, booleans, dates and null. Without `tx` a statement is a
   * transaction by itself, and run again as one.
   */
  query<R>(sql: string, params: unknown[] = [], tx?: Tx): Promise<R[]> {
    return this.run(sql, params, tx).then(({ rows = [] }) => rows as R[]);
  }

  /**
   * As `query`, for a SELECT (or its EXPLAIN) that the server itself ends after `ms`; the embedded database knows no such
   * limit.
   *
   * @throws an error for which `isTimedOut` answers true
   */
  queryWithin<R>(ms: number, sql: string, params: unknown[] = []): Promise<R[]> {
    if (this.dialect !== 'mysql') return this.query(sql, params);
    // MariaDB runs what is in the first comment, MySQL obeys the second; each passes over the other.
    const head = sql.startsWith(EXPLAIN) ? `${EXPLAIN} SELECT` : 'SELECT';
    const limited =
      `/*M! SET STATEMENT max_statement_time=${ms / 1_000} FOR */ ${head} /*+ MAX_EXECUTION_TIME(${ms}) */` +
      sql.slice(head.length);
    const began = performance.now();
    return this.query<R>(limited, params).catch((error: unknown) => {
      throw performance.now() - began < ms ? error : timedOut(error);
    });
  }

  /** Runs an INSERT, UPDATE or DELETE. `affected` counts matching rows; `insertId` is the first generated id. */
  execute(sql: string, params: unknown[] = [], tx?: Tx): Promise<{ affected: number; insertId: number }> {
    return this.run(sql, params, tx);
  }

  /** A datetime column of a raw row as a Date. */
  date(value: unknown): Date {
    return value instanceof Date ? value : new Date(`${String(value).replace(' ', 'T')}Z`);
  }

  repository<E extends ObjectLiteral>(entity: new () => E, tx?: Tx): Repository<E> {
    return (tx ?? this.dataSource.manager).getRepository(entity);
  }

  /** Whether the error is a broken unique rule; `index` narrows it to an index (MySQL) or column (SQLite) name. */
  isDuplicate(error: unknown, index?: string): boolean {
    return isDuplicate(error, index);
  }

  /** Whether the server ended a statement of `queryWithin`. */
  isTimedOut(error: unknown): boolean {
    return isTimedOut(error);
  }

  /**
   * @throws DomainError `service-unavailable` when the database does not take a write within 2 s, or the embedded one has
   * too little room left on its disk for any but the smallest.
   */
  async ping(): Promise<void> {
    const { options } = this.dataSource;
    await withDeadline(this.execute(WRITES[this.dialect]), 2_000, 'The database');
    if (options.type === 'better-sqlite3' && !(await hasRoom(options.database))) throw noRoom();
  }

  /** Work that must end before the connections close. */
  beforeClose(work: () => Promise<void>): void {
    this.closing.push(work);
  }

  /** Ends what `beforeClose` named, then the connections; a server that does not answer holds nobody up. */
  async close(): Promise<void> {
    await Promise.allSettled(this.closing.map((work) => work()));
    if (!this.dataSource.isInitialized) return;
    const destroyed = this.emptyLog().then(() => this.guard.exclusively(() => this.destroy()));
    await withDeadline(destroyed, 3_000, 'The database').catch((error: unknown) => this.logger.warn(String(error)));
  }

  /** On SQLite everything is in the file itself after a clean stop, so that whoever copies it has all of it. */
  private async emptyLog(): Promise<void> {
    if (this.dialect !== 'sqlite') return;
    await this.query('PRAGMA wal_checkpoint(TRUNCATE)').catch((error: unknown) => this.logger.warn(String(error)));
  }

  private async attempt<T>(fn: (tx: Tx) => Promise<T>): Promise<T> {
    const runner = this.dataSource.createQueryRunner();
    try {
      await this.guard.begin(runner);
      const result = await fn(runner.manager);
      await this.guard.commit(runner);
      return result;
    } catch (error) {
      // A rollback that fails has lost its connection, and the server rolls back by itself.
      if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
      throw error;
    } finally {
      await runner.release();
    }
  }

  private run(sql: string, params: unknown[], tx: Tx | undefined): Promise<StatementResult> {
    const missing = params.indexOf(undefined);
    if (missing >= 0) return Promise.reject(new TypeError(`SQL parameter ${missing + 1} is undefined; use null.`));
    if (this.dialect === 'sqlite') return this.runOnSqlite(sql, params, tx);
    if (!tx) return this.unlessBusy(() => this.guard.runAlone(sql, params));
    const connection = this.guard.connectionOf(tx);
    if (!connection) return Promise.reject(new Error('The transaction of this statement has ended.'));
    return executePrepared(connection, sql, params);
  }

  /** Runs a whole transaction again, 5 times, when the server ended it for a deadlock or a lock wait. */
  private async unlessBusy<T>(transaction: () => Promise<T>): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await transaction();
      } catch (error) {
        if (!isTransient(error)) throw error;
        if (attempt >= RETRIES) {
          throw new DomainError('service-unavailable', 'The database is busy. Try again later.', { cause: error });
        }
        await sleep(backoff(attempt, { base: 20, max: 500 }));
      }
    }
  }

  private async runOnSqlite(sql: string, params: unknown[], tx: Tx | undefined): Promise<StatementResult> {
    const runner = tx?.queryRunner ?? this.dataSource.createQueryRunner();
    try {
      const values = params.map((value) => (value instanceof Date ? sqliteDate(value) : value));
      const result = await runner.query(sql, values, true);
      const affected = result.affected ?? 0;
      // SQLite tells the last generated id of an INSERT, and the same one again after any other statement.
      const insertId = /^\s*insert/i.test(sql) && affected > 0 ? Number(result.raw) - affected + 1 : 0;
      const rows = result.records as unknown[];
      return { ...(rows.length > 0 && { rows }), affected, insertId };
    } finally {
      if (runner !== tx?.queryRunner) await runner.release();
    }
  }

  private afterCommit(scope: TransactionScope): void {
    for (const work of scope.afterCommit) {
      try {
        runOutsideTransaction(work);
      } catch (error) {
        // The commit stands; its caller must not take it for a failure.
        this.logger.error(error);
      }
    }
  }
}

/** As TypeORM stores dates on SQLite, so that raw SQL and entities compare equal. */
function sqliteDate(value: Date): string {
  return value.toISOString().replace('T', ' ').slice(0, 23);
}
