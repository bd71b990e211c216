import { BoundedMap } from './bounded-map.js';
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
  private readonly single = new BoundedMap<string, { answer: CachedAnswer; until: number }>(MAX_ANSWERS);
  private readonly lists = new BoundedMap<string, { answer: CachedAnswer; until: number }>(MAX_ANSWERS);
  private forgotten = 0;

  /** Milliseconds; 0 switches it off. */
  constructor(private readonly lifetimeMs: number) {}

  get(key: string, isList: boolean): CachedAnswer | undefined {
    if (this.lifetimeMs === 0) return undefined;
    const kept = (isList ? this.lists : this.single).get(key);
    return kept && kept.until > performance.now() ? kept.answer : undefined;
  }

  now(): Moment {
    return { at: performance.now(), forgotten: this.forgotten };
  }

  /** The lifetime counts from the start of the read, when the answer was certainly current. */
  put(key: string, isList: boolean, answer: CachedAnswer | null, began: Moment): void {
    if (this.lifetimeMs === 0 || answer === null || began.forgotten !== this.forgotten) return;
    (isList ? this.lists : this.single).set(key, { answer, until: began.at + this.lifetimeMs });
  }

  forget(keys: readonly string[], lists: boolean): void {
    this.forgotten++;
    for (const key of keys) this.single.delete(key);
    if (lists) this.lists.clear();
  }
}
