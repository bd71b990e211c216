import type { Database, Tx } from '@app/database';

/** The answer of a process that died over it. */
export const CRASHED = 'crashed';

/**
 * The life of one process. It may die before or after each of its steps: its writes, and its calls to others. A dead
 * process takes no further step; what dies within a transaction is rolled back, so that is as good as dying before it.
 */
export class Life {
  isOver = false;
  private left = Infinity;
  private end: () => void = () => undefined;
  private readonly running = new Set<Promise<unknown>>();

  /** Runs one piece of work, over which the process dies after `moments`; each step has two. */
  async during<T>(moments: number, work: () => Promise<T>): Promise<T | typeof CRASHED> {
    const died = new Promise<typeof CRASHED>((resolve) => (this.end = () => resolve(CRASHED)));
    this.left = moments;
    const result = await Promise.race([work(), died]);
    this.left = Infinity;
    // What is on its way to a database or to others arrives there, whoever sent it.
    await Promise.allSettled(this.running);
    return result;
  }

  async step<T>(work: () => Promise<T>): Promise<T> {
    await this.pass();
    const running = work();
    this.running.add(running);
    try {
      return await running;
    } finally {
      this.running.delete(running);
      await this.pass();
    }
  }

  private async pass(): Promise<void> {
    if (!this.isOver && this.left-- > 0) return;
    this.isOver = true;
    this.end();
    await new Promise(() => undefined);
  }
}

/** The same database, for a process that may die. */
export function mortal(database: Database, life: Life): Database {
  const ofProcess: Pick<Database, 'transaction' | 'execute'> = {
    transaction: <T>(fn: (tx: Tx) => Promise<T>) => life.step(() => database.transaction(fn)),
    execute: (sql, params, tx) =>
      tx ? database.execute(sql, params, tx) : life.step(() => database.execute(sql, params)),
  };
  return Object.assign(Object.create(database) as Database, ofProcess);
}
