import { LRUCache } from 'lru-cache';
import type { CachedAnswer } from './catalog-cache.js';

const MAX_ANSWERS = 1_000;

/** The start of a read: from there the lifetime of its answer counts, unless an invalidation came meanwhile. */
export interface Moment {
  at: number;
  forgotten: number;
}

/**
 * Keeps answers in this process for about a second, to save the request to Redis. Useful if a process serves one
 * request at a time and a round trip is most of its time; but a write of another process is visible that much later.
 */
export class LocalTier {
  private readonly single: LRUCache<string, CachedAnswer>;
  private readonly lists: LRUCache<string, CachedAnswer>;
  private forgotten = 0;

  /** Milliseconds; 0 switches it off. */
  constructor(private readonly lifetimeMs: number) {
    // Reads the clock each time: a frozen Lambda would wake up with the time of its last read.
    const options = { max: MAX_ANSWERS, ttl: lifetimeMs, ttlResolution: 0 };
    this.single = new LRUCache(options);
    this.lists = new LRUCache(options);
  }

  get(key: string, isList: boolean): CachedAnswer | undefined {
    if (this.lifetimeMs === 0) return undefined;
    return (isList ? this.lists : this.single).get(key);
  }

  now(): Moment {
    return { at: performance.now(), forgotten: this.forgotten };
  }

  /** The lifetime counts from the start of the read, when the answer was certainly current. */
  put(key: string, isList: boolean, answer: CachedAnswer | null, began: Moment): void {
    if (this.lifetimeMs === 0 || answer === null || began.forgotten !== this.forgotten) return;
    (isList ? this.lists : this.single).set(key, answer, { start: began.at });
  }

  forget(keys: readonly string[], lists: boolean): void {
    this.forgotten++;
    for (const key of keys) this.single.delete(key);
    if (lists) this.lists.clear();
  }
}
