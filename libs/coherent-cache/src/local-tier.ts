import { LRUCache } from 'lru-cache';

const MAX_VALUES = 1_000;

/** The start of a read: from there the lifetime of its value counts, unless an invalidation came meanwhile. */
export interface Moment {
  at: number;
  forgotten: number;
}

/**
 * Keeps values in this process for about a second, to save the round trip to the store. Useful if a process serves
 * one reader at a time and the round trip is most of its time; but a write of another process is visible that much later.
 */
export class LocalTier<V extends object> {
  private readonly single: LRUCache<string, V>;
  private readonly lists: LRUCache<string, V>;
  private forgotten = 0;

  /** Milliseconds; 0 switches it off. */
  constructor(private readonly lifetimeMs: number) {
    // Reads the clock each time: a frozen Lambda would wake up with the time of its last read.
    const options = { max: MAX_VALUES, ttl: lifetimeMs, ttlResolution: 0 };
    this.single = new LRUCache<string, V>(options);
    this.lists = new LRUCache<string, V>(options);
  }

  get(key: string, isList: boolean): V | undefined {
    if (this.lifetimeMs === 0) return undefined;
    return (isList ? this.lists : this.single).get(key);
  }

  now(): Moment {
    return { at: performance.now(), forgotten: this.forgotten };
  }

  /** The lifetime counts from the start of the read, when the value was certainly current. */
  put(key: string, isList: boolean, value: V | null, began: Moment): void {
    if (this.lifetimeMs === 0 || value === null || began.forgotten !== this.forgotten) return;
    (isList ? this.lists : this.single).set(key, value, { start: began.at });
  }

  forget(keys: readonly string[], lists: boolean): void {
    this.forgotten++;
    for (const key of keys) this.single.delete(key);
    if (lists) this.lists.clear();
  }
}
