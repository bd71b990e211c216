import type { DataSource, Driver, EntityMetadata, ObjectLiteral } from 'typeorm';
import { type Dialect, onConflict } from './dialect.js';

type Column = EntityMetadata['columns'][number];

/** An entity's class. */
export type Table<E extends ObjectLiteral> = new () => E;

/** A property of an entity that a column stores. */
export type Property<E extends ObjectLiteral> = keyof E & string;

/** What an INSERT does when a row with the same unique key exists. Declare it once, outside of functions. */
export interface Conflict<E extends ObjectLiteral> {
  /** The properties of the unique key. */
  readonly keys: readonly Property<E>[];
  /** Assignments to the existing row, with `?` for `values`. Without them it stays as it is, locked. */
  readonly set?: string;
}

/** A statement and its parameters. */
export interface Statement {
  sql: string;
  params: unknown[];
}

/** Larger inserts are built for each call: their sizes vary, and the server's work is far more. */
const MAX_KEPT_ROWS = 100;

/** Stands for an INSERT that fails when a row with the same unique key exists. */
const NONE: Conflict<ObjectLiteral> = { keys: [] };

/**
 * The SQL of an entity's table, from TypeORM's metadata: a column's name, order and transformer stand only in the
 * entity. Texts are built once for each number of rows.
 */
export class Statements<E extends ObjectLiteral> {
  readonly table: string;
  private readonly selectText: string;
  private readonly updateText: string;
  private readonly columns: readonly Column[];
  private readonly inserted: readonly Column[];
  private readonly updated: readonly Column[];
  private readonly keys: readonly Column[];
  private readonly driver: Driver;
  private readonly inserts = new WeakMap<object, string[]>();

  constructor(
    private readonly entity: Table<E>,
    dataSource: DataSource,
    private readonly dialect: Dialect,
  ) {
    const metadata = dataSource.getMetadata(entity);
    this.table = metadata.tableName;
    this.driver = dataSource.driver;
    this.columns = metadata.columns.filter(({ isSelect }) => isSelect);
    this.inserted = metadata.columns.filter(({ isInsert, isGenerated }) => isInsert && !isGenerated);
    this.updated = metadata.columns.filter(({ isUpdate, isPrimary }) => isUpdate && !isPrimary);
    this.keys = metadata.primaryColumns;
    this.selectText = `SELECT ${this.columnList()} FROM ${this.table} `;
    this.updateText = `UPDATE ${this.table} SET ${equations(this.updated).join(', ')} WHERE ${all(this.keys)}`;
  }

  /** A SELECT of all columns; `rest` follows the table's name. */
  select(rest: string): string {
    return this.selectText + rest;
  }

  /** All columns for a SELECT, in the entity's order; `alias` is the table's in that SELECT. */
  columnList(alias?: string): string {
    const prefix = alias === undefined ? '' : `${alias}.`;
    return this.columns.map(({ databaseName }) => prefix + databaseName).join(', ');
  }

  /** A row of such a SELECT as the entity, with the values that TypeORM would give it. */
  toEntity(row: object): E {
    const entity = new this.entity();
    for (const column of this.columns) {
      const value: unknown = (row as ObjectLiteral)[column.databaseName];
      column.setEntityValue(entity, this.driver.prepareHydratedValue(value, column));
    }
    return entity;
  }

  /**
   * An INSERT of all columns that the database does not generate, with the values that TypeORM would store. A missing
   * value of a nullable column is stored as null. `values` are those of the conflict's assignments.
   *
   * @throws TypeError if a row has no value for a column that is not nullable.
   */
  insert(rows: readonly Partial<E>[], conflict: Conflict<E> = NONE, values: readonly unknown[] = []): Statement {
    const params: unknown[] = [];
    for (const row of rows) {
      for (const column of this.inserted) params.push(this.valueOf(row, column));
    }
    params.push(...values);
    return { sql: this.insertText(rows.length, conflict), params };
  }

  /** An UPDATE that counts the version of the row with the values of `where` up, none of them null. */
  countUp(where: Partial<E>, at: Date): Statement {
    const matched = Object.keys(where).map((property) => this.columnOf(property));
    return {
      sql: `UPDATE ${this.table} SET version = version + 1, updated_at = ? WHERE ${all(matched)}`,
      params: [at, ...matched.map((column) => this.valueOf(where, column))],
    };
  }

  /**
   * An UPDATE of all columns of the row with this primary key.
   *
   * @throws TypeError if the row has no value for a column that is not nullable.
   */
  replace(row: E): Statement {
    return { sql: this.updateText, params: [...this.updated, ...this.keys].map((column) => this.valueOf(row, column)) };
  }

  /**
   * An UPDATE that gives these properties the row's values where others have the values of `where`, none of them null.
   *
   * @throws TypeError if the row has no value for a column that is not nullable.
   */
  update(row: Partial<E>, set: readonly Property<E>[], where: Partial<E>): Statement {
    const assigned = set.map((property) => this.columnOf(property));
    const matched = Object.keys(where).map((property) => this.columnOf(property));
    return {
      sql: `UPDATE ${this.table} SET ${equations(assigned).join(', ')} WHERE ${all(matched)}`,
      params: [
        ...assigned.map((column) => this.valueOf(row, column)),
        ...matched.map((column) => this.valueOf(where, column)),
      ],
    };
  }

  private valueOf(row: Partial<E>, column: Column): unknown {
    const value: unknown = this.driver.preparePersistentValue(column.getEntityValue(row), column);
    if (value !== undefined) return value;
    if (column.isNullable) return null;
    throw new TypeError(`A row for ${this.table} has no value for ${column.databaseName}.`);
  }

  private insertText(rows: number, conflict: Conflict<E>): string {
    let texts = this.inserts.get(conflict);
    if (!texts) this.inserts.set(conflict, (texts = []));
    const known = texts[rows];
    if (known !== undefined) return known;
    const text = this.buildInsert(rows, conflict);
    if (rows <= MAX_KEPT_ROWS) texts[rows] = text;
    return text;
  }

  private buildInsert(rows: number, conflict: Conflict<E>): string {
    const row = `(${placeholders(this.inserted.length)})`;
    const names = this.inserted.map(({ databaseName }) => databaseName).join(', ');
    const insert = `INSERT INTO ${this.table} (${names}) VALUES ${Array<string>(rows).fill(row).join(', ')}`;
    const keys = conflict.keys.map((key) => this.columnOf(key).databaseName);
    return keys.length === 0 ? insert : insert + onConflict(this.dialect, keys, conflict.set);
  }

  private columnOf(property: string): Column {
    const column = this.columns.find(({ propertyName }) => propertyName === property);
    if (!column) throw new TypeError(`${property} is no column of ${this.table}.`);
    return column;
  }
}

/**
 * `IN (?, ?, ?)` for a condition with these values as its parameters. No values match no row: MySQL has no empty list, and
 * NULL equals nothing. Do not negate it.
 */
export function inList(values: readonly unknown[]): string {
  return `IN (${placeholders(values.length) || 'NULL'})`;
}

const equations = (columns: readonly Column[]): string[] => columns.map(({ databaseName }) => `${databaseName} = ?`);

const all = (columns: readonly Column[]): string => equations(columns).join(' AND ');

const placeholders = (count: number): string => Array<string>(count).fill('?').join(', ');
