import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { StartFailure } from '@app/kernel';
import { makeFolderPrivate } from '../embedded/data-folder.js';
import { isDamagedDatabase } from '../machine/start-failure.js';
import type { Kinds } from './objects.js';
import { SCHEMA } from './schema.js';
import { StripeError } from './stripe-error.js';

/** An answer that is given again to the same request under the same idempotency key. */
export interface KeptAnswer {
  key: string;
  endpoint: string;
  fingerprint: string;
  request_id: string;
  status: number;
  body: string;
  /** Milliseconds since 1970, as everywhere in this file. */
  at: number;
}

/** Work for later, which survives a restart. */
export interface Task {
  position: number;
  name: 'deliver' | 'settle_refund' | 'expire_intent';
  /** The id of its object. */
  subject: string;
  due: number;
  attempts: number;
}

/** A part of a list's WHERE. */
export interface Condition {
  sql: string;
  value: SQLInputValue;
}

const KEPT = { objects: 100_000, answers: 50_000, answersMs: 24 * 3_600_000, deliveries: 20_000 };

/** The wire's SQLite file. What is committed survives a killed process; of old rows only the newest are kept. */
export class Store {
  private readonly statements = new Map<string, StatementSync>();

  private constructor(
    private readonly database: DatabaseSync,
    private readonly kept: typeof KEPT,
  ) {}

  /** @throws StartFailure for a damaged file. */
  static open(folder: string, kept = KEPT): Store {
    makeFolderPrivate(folder);
    try {
      const database = new DatabaseSync(join(folder, 'stripe.db'));
      makeFolderPrivate(folder);
      database.exec(SCHEMA);
      return new Store(database, kept);
    } catch (error) {
      throw isDamagedDatabase(error) ? new StartFailure(damaged(folder), { cause: error }) : error;
    }
  }

  /** All or nothing of what `work` writes. */
  transaction<T>(work: () => T): T {
    this.database.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.database.exec('COMMIT');
      return result;
    } catch (error) {
      // SQLite itself rolls back on a full disk.
      if (this.database.isTransaction) this.database.exec('ROLLBACK');
      throw error;
    }
  }

  /** Undoes what `work` has written if it fails, except for a failure that is a fact; within a transaction. */
  undoable<T>(work: () => T): T {
    this.database.exec('SAVEPOINT work');
    try {
      return work();
    } catch (error) {
      const isFact = error instanceof StripeError && error.isFact;
      if (!isFact && this.database.isTransaction) this.database.exec('ROLLBACK TO work');
      throw error;
    }
  }

  /** Adds an object, or changes it in its place. */
  put<T extends { id: string }>(object: T): void {
    this.run(
      // eslint-disable-next-line no-restricted-syntax -- a file of the wire itself, without entities
      'INSERT INTO objects (id, body) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body',
      ...[object.id, JSON.stringify(object)],
    );
  }

  remove(id: string): void {
    this.run('DELETE FROM objects WHERE id = ?', id);
  }

  find<K extends keyof Kinds>(kind: K, id: string): Kinds[K] | undefined {
    return this.list(kind, [{ sql: 'id = ?', value: id }], 'DESC', 1)[0];
  }

  /** An object of any kind. */
  any(id: string): object | undefined {
    const row = this.prepared('SELECT body FROM objects WHERE id = ?').get(id);
    return row && (JSON.parse(String(row['body'])) as object);
  }

  list<K extends keyof Kinds>(kind: K, conditions: Condition[], order: 'ASC' | 'DESC', limit: number): Kinds[K][] {
    const where = ['object = ?', ...conditions.map(({ sql }) => sql)].join(' AND ');
    return this.prepared(`SELECT body FROM objects WHERE ${where} ORDER BY created ${order}, position ${order} LIMIT ?`)
      .all(kind, ...conditions.map(({ value }) => value), limit)
      .map(({ body }) => JSON.parse(String(body)) as Kinds[K]);
  }

  answer(key: string, now: number): KeptAnswer | undefined {
    const found = this.prepared('SELECT * FROM answers WHERE key = ? AND at > ?').get(key, now - this.kept.answersMs);
    return found as KeptAnswer | undefined;
  }

  keepAnswer(a: KeptAnswer): void {
    this.run(
      'REPLACE INTO answers (key, endpoint, fingerprint, request_id, status, body, at) VALUES (?, ?, ?, ?, ?, ?, ?)',
      ...[a.key, a.endpoint, a.fingerprint, a.request_id, a.status, a.body, a.at],
    );
  }

  later(name: Task['name'], subject: string, due: number): void {
    // eslint-disable-next-line no-restricted-syntax -- a file of the wire itself, without entities
    this.run('INSERT INTO tasks (name, subject, due) VALUES (?, ?, ?)', name, subject, due);
  }

  tasks(dueBy: number, limit: number): Task[] {
    const found = this.prepared('SELECT * FROM tasks WHERE due <= ? ORDER BY due, position LIMIT ?').all(dueBy, limit);
    return found as unknown as Task[];
  }

  /** When the next task is due that is not one of those at these positions. */
  nextDue(but: Iterable<number>): number | undefined {
    const sql = 'SELECT MIN(due) AS due FROM tasks WHERE position NOT IN (SELECT value FROM json_each(?))';
    const due = this.prepared(sql).get(JSON.stringify([...but]))?.['due'];
    return typeof due === 'number' ? due : undefined;
  }

  again(task: Task, due: number): void {
    this.run('UPDATE tasks SET due = ?, attempts = attempts + 1 WHERE position = ?', due, task.position);
  }

  done(task: Task): void {
    this.run('DELETE FROM tasks WHERE position = ?', task.position);
  }

  /** Removes what is too old or too much. */
  sweep(now: number): void {
    this.run('DELETE FROM objects WHERE position <= (SELECT MAX(position) FROM objects) - ?', this.kept.objects);
    this.run('DELETE FROM answers WHERE at <= ?', now - this.kept.answersMs);
    this.run(
      'DELETE FROM answers WHERE rowid <= (SELECT rowid FROM answers ORDER BY rowid DESC LIMIT 1 OFFSET ?)',
      this.kept.answers,
    );
    this.run(
      `DELETE FROM tasks WHERE name = 'deliver' AND position <=
        (SELECT position FROM tasks WHERE name = 'deliver' ORDER BY position DESC LIMIT 1 OFFSET ?)`,
      this.kept.deliveries,
    );
  }

  close(): void {
    this.database.close();
  }

  private run(sql: string, ...values: SQLInputValue[]): void {
    this.prepared(sql).run(...values);
  }

  private prepared(sql: string): StatementSync {
    const known = this.statements.get(sql) ?? this.database.prepare(sql);
    this.statements.set(sql, known);
    return known;
  }
}

const damaged = (folder: string) =>
  `The payments in ${folder} cannot be read: bring back a copy of the folder, or delete it to begin without payments at ` +
  'the embedded Stripe.';
