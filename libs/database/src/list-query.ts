import { type Cursor, type DomainError, invalid, type ListRequest, type Page } from '@app/kernel';
import type { Database } from './database.js';
import { countTotal, type Run, runWithin, shownTotal, type Total } from './list-total.js';
import { datetimeText } from './sqlite.js';
import type { Statements } from './statements.js';
import { driverError } from './without-values.js';

/** Columns added to each row, to know where the next page begins. */
interface Keyset {
  keyset_value: unknown;
  keyset_id: unknown;
}

/** MySQL's errors for an incorrect datetime value and a truncated incorrect value. */
const WRONG_VALUE = new Set([1525, 1292]);

/** A list over raw SQL: conditions, allowed sort fields with the id as tie-break, pages by offset or by keyset. */
export class ListQuery<Row extends object = Record<string, unknown>> {
  private readonly conditions: string[] = [];
  private readonly params: unknown[] = [];
  private sorts: Record<string, string> = {};
  private idColumn = 'id';
  private limitMs: number | undefined;
  private share = 1;

  private constructor(
    private readonly table: string,
    private readonly columns: string,
    private readonly read?: (row: Row) => Row,
  ) {}

  /** `table` may be a join; `columns` is the SELECT list. */
  static from<Row extends object = Record<string, unknown>>(table: string, columns: string): ListQuery<Row> {
    return new ListQuery<Row>(table, columns);
  }

  /** A list of entities. */
  static of<E extends object>(statements: Statements<E>): ListQuery<E> {
    return new ListQuery<E>(statements.table, statements.columnList(), (row) => statements.toEntity(row));
  }

  /** Adds an AND condition; pass values only through `?`. */
  where(sql: string, ...params: unknown[]): this {
    this.conditions.push(`(${sql})`);
    this.params.push(...params);
    return this;
  }

  /** The API's sort fields with their columns (never null), and the unique id column that breaks ties. */
  sortable(sorts: Record<string, string>, idColumn: string): this {
    this.sorts = sorts;
    this.idColumn = idColumn;
    return this;
  }

  /**
   * Sets a time limit in milliseconds: the server stops the query for the rows, and `page` rejects with an error for
   * which `isTimedOut` returns true. The count gets the time that is left, and is estimated when it needs more.
   */
  within(ms: number): this {
    this.limitMs = ms;
    return this;
  }

  /** The share of rows that match conditions which the optimizer cannot estimate; used for an estimated total. */
  expecting(share: number): this {
    this.share = share;
    return this;
  }

  /** `known` may return the total from a cache; it is the same for all pages and sort orders of a list. */
  async page(
    database: Database,
    request: ListRequest,
    known: (count: () => Promise<Total>) => Promise<Total> = (count) => count(),
  ): Promise<Page<Row>> {
    const run: Run =
      this.limitMs === undefined ? (sql, params) => database.query(sql, params) : runWithin(database, this.limitMs);
    const { sql, params } = this.select(request);
    const rows = await run<Row & Partial<Keyset>>(sql, params).catch((error: unknown) => {
      // MySQL refuses to compare a datetime column with a text that is not a time.
      throw request.cursor && WRONG_VALUE.has(driverError(error)?.errno ?? 0) ? forgedCursor() : error;
    });
    const matching = `SELECT 1 AS one FROM ${this.table}${whereClause(this.conditions)}`;
    const total = request.with_total
      ? (shownTotal(request, rows.length) ??
        (await known(() => countTotal(database, run, { matching, params: this.params, share: this.share }))))
      : { total: null, exact: false };
    const items = rows.slice(0, request.page_size);
    const next = rows.length > request.page_size ? valuesOf(items.at(-1)) : null;
    for (const item of items) {
      // The last property first: deleting any other makes an object slow to read.
      delete item.keyset_id;
      delete item.keyset_value;
    }
    return {
      items: this.read ? items.map(this.read) : items,
      total: total.total,
      total_is_exact: total.exact,
      next,
    };
  }

  private select({ sort, cursor, page, page_size }: ListRequest): { sql: string; params: unknown[] } {
    const column = this.sorts[sort.field];
    if (!column) throw new Error(`"${sort.field}" is not one of this list's sort fields.`);
    const keyset = cursor ? this.keyset(column, sort.descending, cursor) : { sql: [], params: [] };
    const where = [...this.conditions, ...keyset.sql];
    const direction = sort.descending ? 'DESC' : 'ASC';
    const order =
      column === this.idColumn ? `${column} ${direction}` : `${column} ${direction}, ${this.idColumn} ${direction}`;
    const offset = cursor ? 0 : (Math.max(1, page ?? 1) - 1) * page_size;
    return {
      sql:
        `SELECT ${this.columns}, ${column} AS keyset_value, ${this.idColumn} AS keyset_id FROM ${this.table}` +
        `${whereClause(where)} ORDER BY ${order} LIMIT ${whole(page_size) + 1}${offset > 0 ? ` OFFSET ${whole(offset)}` : ''}`,
      params: [...this.params, ...keyset.params],
    };
  }

  /** Spelled out, because MySQL scans for a row comparison `(price, id) > (?, ?)` but seeks for this form. */
  private keyset(column: string, descending: boolean, values: Cursor): { sql: string[]; params: unknown[] } {
    const [value, id] = values;
    if (value === undefined || id === undefined || values.length > 2) throw forgedCursor();
    const than = descending ? '<' : '>';
    return column === this.idColumn
      ? { sql: [`(${column} ${than} ?)`], params: [id] }
      : {
          sql: [`(${column} ${than}= ? AND (${column} ${than} ? OR ${this.idColumn} ${than} ?))`],
          params: [value, value, id],
        };
  }
}

function whereClause(conditions: string[]): string {
  return conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : '';
}

function whole(value: number): number {
  if (!Number.isSafeInteger(value) || value < 0) throw new Error('Page and page size are whole numbers.');
  return value;
}

/** Formats times like a datetime column: a cursor is JSON, and both databases compare this text with the column. */
function valuesOf(row: Partial<Keyset> | undefined): Cursor | null {
  if (!row) return null;
  const { keyset_value: value, keyset_id: id } = row;
  if (value instanceof Date) return [datetimeText(value), Number(id)];
  return [typeof value === 'number' ? value : String(value), Number(id)];
}

/** The error for a cursor that is not ours. */
export function forgedCursor(): DomainError {
  return invalid('?cursor', 'cursor', 'cursor must be the next_cursor of an earlier answer.');
}
