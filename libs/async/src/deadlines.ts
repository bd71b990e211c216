/** A wait with a deadline. */
export interface Wait {
  readonly until: number;
  readonly onExpired: () => void;
}

/**
 * Many waits of the same length, in milliseconds, under one timer: setting and clearing a timer for each SQL statement
 * costs as much as a row of its result. Does not keep the process alive.
 */
export class Deadlines {
  /** Oldest first: they expire in this order. */
  private readonly waits = new Set<Wait>();
  private isWatching = false;

  constructor(private readonly ms: number) {}

  /** Calls `onExpired` after `ms`, unless the returned wait is passed to `stop` before. */
  start(onExpired: () => void): Wait {
    const wait = { until: performance.now() + this.ms, onExpired };
    this.waits.add(wait);
    if (!this.isWatching) this.watch(this.ms);
    return wait;
  }

  stop(wait: Wait): void {
    this.waits.delete(wait);
  }

  private watch(ms: number): void {
    this.isWatching = true;
    setTimeout(() => this.expire(), ms).unref();
  }

  private expire(): void {
    const now = performance.now();
    const expired = [...this.waits].filter(({ until }) => until <= now);
    for (const wait of expired) this.waits.delete(wait);
    const [next] = this.waits;
    if (next) this.watch(next.until - now);
    else this.isWatching = false;
    for (const wait of expired) wait.onExpired();
  }
}
