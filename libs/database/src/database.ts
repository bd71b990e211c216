import { withDeadline } from '@app/async';
import { currentTransactionScope, runInTransactionScope, type TransactionScope } from '@app/kernel';
import { Injectable, Logger } from '@nestjs/common';
import { DataSource, type EntityManager, type ObjectLiteral, type Repository } from 'typeorm';
import { runAfterCommit } from './after-commit.js';
import { type Dialect, NEUTRAL_WRITE, stoppedAfter } from './dialect.js';
import { hasRoom } from './disk-room.js';
import { isDuplicate, noRoom, timedOut } from './driver-errors.js';
import { Guard } from './guard.js';
import { executePrepared, type StatementResult } from './prepared.js';
import { retryTransient } from './retry.js';
import { emptyLog, executeOnSqlite } from './sqlite.js';
import { type Conflict, Statements, type Table } from './statements.js';

/** A running transaction. Pass it to everything that takes part in it. */
export type Tx = EntityManager;

export interface InsertOptions<E extends ObjectLiteral> {
  tx?: Tx | undefined;
  onConflict?: Conflict<E>;
  /** The parameters of the conflict's assignments. */
  values?: readonly unknown[];
}

/** The service's database: transactions, SQL with `?` placeholders on both dialects, repositories. */
@Injectable()
export class Database {
  readonly dialect: Dialect;
  private readonly guard: Guard;
  private readonly logger = new Logger('Database');
  private readonly closing: (() => Promise<void>)[] = [];
  private readonly destroy: () => Promise<void>;
  private readonly compiled = new Map<unknown, unknown>();

  constructor(readonly dataSource: DataSource) {
    this.dialect = dataSource.options.type === 'mysql' ? 'mysql' : 'sqlite';
    this.guard = new Guard(dataSource);
    this.destroy = dataSource.destroy.bind(dataSource);
    // Nest's module destroys the data source with the app, but `beforeClose` work must finish first.
    dataSource.destroy = () => this.close();
  }

  /**
   * Runs `fn` in a transaction; there is no other way to open one. After a deadlock or lock wait timeout all of `fn`
   * runs again, up to 5 times with jitter, so `fn` must do nothing but database work. `afterCommit` callbacks run after
   * the commit.
   *
   * @throws Error inside another transaction: pass its `tx` on instead.
   */
  async transaction<T>(fn: (tx: Tx) => Promise<T>): Promise<T> {
    if (currentTransactionScope()) throw new Error('Database.transaction inside another one: pass the tx on instead.');
    return retryTransient(async () => {
      const scope: TransactionScope = { afterCommit: [] };
      const result = await runInTransactionScope(scope, () => this.guard.exclusively(() => this.attempt(fn)));
      runAfterCommit(scope);
      return result;
    });
  }

  /**
   * Returns the rows of a SELECT. Parameters may be strings, numbers, booleans, dates and null. Without `tx` the
   * statement is its own transaction, and is retried like one.
   */
  query<R>(sql: string, params: unknown[] = [], tx?: Tx): Promise<R[]> {
    return this.run(sql, params, tx).then(({ rows = [] }) => rows as R[]);
  }

  /**
   * Like `query`, for a SELECT (or its EXPLAIN) that the server stops after `ms`; the embedded database has no such
   * limit.
   *
   * @throws an error for which `isTimedOut` returns true
   */
  queryWithin<R>(ms: number, sql: string, params: unknown[] = []): Promise<R[]> {
    if (this.dialect !== 'mysql') return this.query(sql, params);
    const began = performance.now();
    return this.query<R>(stoppedAfter(ms, sql), params).catch((error: unknown) => {
      throw performance.now() - began < ms ? error : timedOut(error);
    });
  }

  /** Runs an INSERT, UPDATE or DELETE. `affected` counts matching rows; `insertId` is the first generated id. */
  execute(sql: string, params: unknown[] = [], tx?: Tx): Promise<{ affected: number; insertId: number }> {
    return this.run(sql, params, tx);
  }

  /**
   * Inserts rows by one prepared statement; `insertId` is the first generated id, and the others follow it. A missing
   * value of a nullable column is stored as null. Does nothing without rows.
   *
   * @throws TypeError if a row has no value for a column that is not nullable.
   */
  async insert<E extends ObjectLiteral>(
    entity: Table<E>,
    rows: readonly Partial<E>[],
    { tx, onConflict, values }: InsertOptions<E> = {},
  ): Promise<{ affected: number; insertId: number }> {
    if (rows.length === 0) return { affected: 0, insertId: 0 };
    const { sql, params } = this.statements(entity).insert(rows, onConflict, values);
    return this.execute(sql, params, tx);
  }

  /** Returns the entities of a SELECT; `rest` follows the table's name, such as `WHERE order_id = ?`. */
  async find<E extends ObjectLiteral>(entity: Table<E>, rest: string, params: unknown[] = [], tx?: Tx): Promise<E[]> {
    const statements = this.statements(entity);
    const rows = await this.query<object>(statements.select(rest), params, tx);
    return rows.map((row) => statements.toEntity(row));
  }

  /** As `find`, for at most one. */
  async findOne<E extends ObjectLiteral>(
    entity: Table<E>,
    rest: string,
    params: unknown[],
    tx?: Tx,
  ): Promise<E | null> {
    return (await this.find(entity, rest, params, tx))[0] ?? null;
  }

  /** Writes all columns of an entity, found by its id; lock it before it is read. */
  async replace<E extends ObjectLiteral>(entity: Table<E>, row: E, tx: Tx): Promise<void> {
    const { sql, params } = this.statements(entity).replace(row);
    await this.execute(sql, params, tx);
  }

  /** The SQL of an entity's table, compiled once. */
  statements<E extends ObjectLiteral>(entity: Table<E>): Statements<E> {
    let statements = this.compiled.get(entity) as Statements<E> | undefined;
    if (!statements) this.compiled.set(entity, (statements = new Statements(entity, this.dataSource, this.dialect)));
    return statements;
  }

  /** A datetime column of a raw row as a Date. */
  date(value: unknown): Date {
    return value instanceof Date ? value : new Date(`${String(value).replace(' ', 'T')}Z`);
  }

  repository<E extends ObjectLiteral>(entity: Table<E>, tx?: Tx): Repository<E> {
    return (tx ?? this.dataSource.manager).getRepository(entity);
  }

  /** Whether a unique constraint was violated; `index` limits it to the name of an index (MySQL) or column (SQLite). */
  isDuplicate(error: unknown, index?: string): boolean {
    return isDuplicate(error, index);
  }

  /**
   * @throws DomainError `service-unavailable` when the database does not accept a write within 2 s, or the disk of the
   * embedded database has too little space left.
   */
  async ping(): Promise<void> {
    const { options } = this.dataSource;
    await withDeadline(this.execute(NEUTRAL_WRITE[this.dialect]), 2_000, 'The database');
    if (options.type === 'better-sqlite3' && !(await hasRoom(options.database))) throw noRoom();
  }

  /** Registers work that must finish before the connections close. */
  beforeClose(work: () => Promise<void>): void {
    this.closing.push(work);
  }

  /** Finishes the `beforeClose` work, then closes the connections; waits 3 s for a server that does not respond. */
  async close(): Promise<void> {
    await Promise.allSettled(this.closing.map((work) => work()));
    if (!this.dataSource.isInitialized) return;
    const warn = (error: unknown) => this.logger.warn(String(error));
    await emptyLog(this.dataSource).catch(warn);
    const closed = this.guard.exclusively(() => this.destroy());
    await withDeadline(closed, 3_000, 'The database').catch(warn);
  }

  private async attempt<T>(fn: (tx: Tx) => Promise<T>): Promise<T> {
    const runner = this.dataSource.createQueryRunner();
    try {
      await this.guard.begin(runner);
      const result = await fn(runner.manager);
      await this.guard.commit(runner);
      return result;
    } catch (error) {
      // A failed rollback means a lost connection, and then the server rolls back by itself.
      if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
      throw error;
    } finally {
      await runner.release();
    }
  }

  private run(sql: string, params: unknown[], tx: Tx | undefined): Promise<StatementResult> {
    const missing = params.indexOf(undefined);
    if (missing >= 0) return Promise.reject(new TypeError(`SQL parameter ${missing + 1} is undefined; use null.`));
    if (this.dialect === 'sqlite') {
      return executeOnSqlite({ dataSource: this.dataSource, inside: tx?.queryRunner }, sql, params);
    }
    if (!tx) return retryTransient(() => this.guard.runAlone(sql, params));
    const connection = this.guard.connectionOf(tx);
    if (!connection) return Promise.reject(new Error('The transaction of this statement has ended.'));
    return executePrepared(connection, sql, params);
  }
}
