/** One wait under a deadline. */
export interface Wait {
  readonly until: number;
  readonly late: () => void;
}

/**
 * Many waits of one length, in milliseconds, under a single timer: to set and clear one for each SQL statement costs as
 * much as a row of its answer. Does not keep the process alive.
 */
export class Deadlines {
  /** They end in the order in which they began. */
  private readonly waits = new Set<Wait>();
  private isWatching = false;

  constructor(private readonly ms: number) {}

  /** Calls `late` after `ms`, unless `stop` was called with what this answers. */
  start(late: () => void): Wait {
    const wait = { until: performance.now() + this.ms, late };
    this.waits.add(wait);
    if (!this.isWatching) this.watch(this.ms);
    return wait;
  }

  stop(wait: Wait): void {
    this.waits.delete(wait);
  }

  private watch(ms: number): void {
    this.isWatching = true;
    setTimeout(() => this.endLate(), ms).unref();
  }

  private endLate(): void {
    const now = performance.now();
    const late = [...this.waits].filter(({ until }) => until <= now);
    for (const wait of late) this.waits.delete(wait);
    const [next] = this.waits;
    if (next) this.watch(next.until - now);
    else this.isWatching = false;
    for (const wait of late) wait.late();
  }
}
