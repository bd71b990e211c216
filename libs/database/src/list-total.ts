import type { Database } from './database.js';
import { EXPLAIN } from './dialect.js';
import { isTimedOut } from './driver-errors.js';

/** How many rows a list has in total. */
export interface Total {
  total: number;
  exact: boolean;
}

/** Runs a SELECT. */
export type Run = <R>(sql: string, params: unknown[]) => Promise<R[]>;

/** The time limit is part of the SQL text, and the server prepares each text separately. */
const STEP_MS = 50;
const MIN_MS = 10;

/**
 * Runs the statements of one list: all together get `ms`, each one what the previous ones left. `since` is when a list began
 * that has run others already (`performance.now()`).
 */
export function runWithin(database: Database, ms: number, since?: number): Run {
  const began = since ?? performance.now();
  const rest = () => Math.max(MIN_MS, Math.floor((ms - (performance.now() - began)) / STEP_MS) * STEP_MS);
  let left = since === undefined ? ms : rest();
  return async (sql, params) => {
    const rows = await database.queryWithin<never>(left, sql, params);
    left = rest();
    return rows;
  };
}

/** A SELECT of all rows, and the share of the optimizer's estimate that it returns. */
export interface Matching {
  matching: string;
  params: unknown[];
  share: number;
}

/** Counting stops here: an exact COUNT(*) over a million rows costs more than the page itself. */
const COUNTED_ROWS = 1_000;

/** Returns the total if the page shows the end of the list; `rows` are the page's rows and at most one more. */
export function shownTotal(
  { page = 1, page_size, cursor }: { page?: number | undefined; page_size: number; cursor?: unknown },
  rows: number,
): Total | undefined {
  const total = (page - 1) * page_size + rows;
  const isEnd = cursor === undefined && rows <= page_size && (rows > 0 || page === 1);
  return isEnd && total <= COUNTED_ROWS ? { total, exact: true } : undefined;
}

/** Exact up to 1,000 rows; an estimate above, or when the count exceeds the time limit of `run`. */
export async function countTotal(database: Database, run: Run, rows: Matching): Promise<Total> {
  const { matching, params } = rows;
  try {
    const count = `SELECT COUNT(*) AS n FROM (${matching} LIMIT ${COUNTED_ROWS + 1}) counted`;
    const [row] = await run<{ n: number }>(count, params);
    const counted = Number(row?.n);
    if (counted <= COUNTED_ROWS) return { total: counted, exact: true };
    // SQLite cannot estimate a condition.
    const expected = database.dialect === 'sqlite' ? 0 : await estimatedRows(run, rows);
    return { total: Math.max(counted, expected), exact: false };
  } catch (error) {
    if (isTimedOut(error)) return { total: COUNTED_ROWS + 1, exact: false };
    throw error;
  }
}

/** The optimizer's estimate. MySQL and MariaDB only: SQLite makes none. */
export async function estimatedRows(run: Run, { matching, params, share }: Matching): Promise<number> {
  const plan = await run<{ rows: unknown; filtered?: unknown }>(`${EXPLAIN} ${matching}`, params);
  return Math.round(
    plan.reduce((rows, step) => rows * Number(step.rows ?? 1) * (Number(step.filtered ?? 100) / 100), share),
  );
}
