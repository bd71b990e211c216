/** The hits in the current window, and how long it lasts. */
export interface Count {
  hits: number;
  msLeft: number;
}

/** Counts hits by key in fixed windows, which the first hit opens. */
export abstract class Counters {
  abstract increment(key: string, windowMs: number): Promise<Count>;

  /** Rejects when the shared counters do not respond. */
  ping(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {}
}

/** More keys than a small instance ever sees in a minute; a flood of addresses must not fill the memory. */
const MAX_KEYS = 50_000;

/** Counts in this process only. */
export class MemoryCounters extends Counters {
  private readonly windows = new Map<string, { hits: number; endsAt: number }>();

  constructor(
    private readonly now: () => number = () => performance.now(),
    private readonly maxKeys = MAX_KEYS,
  ) {
    super();
  }

  override increment(key: string, windowMs: number): Promise<Count> {
    const now = this.now();
    let window = this.windows.get(key);
    if (!window || window.endsAt <= now) {
      this.windows.delete(key);
      this.makeRoom(now);
      this.windows.set(key, (window = { hits: 0, endsAt: now + windowMs }));
    }
    window.hits += 1;
    return Promise.resolve({ hits: window.hits, msLeft: window.endsAt - now });
  }

  /** Evicts the expired windows, which are the oldest; if there are none, the oldest window. */
  private makeRoom(now: number): void {
    for (const [key, { endsAt }] of this.windows) {
      if (endsAt > now && this.windows.size < this.maxKeys) return;
      this.windows.delete(key);
    }
  }
}
