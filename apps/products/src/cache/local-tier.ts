import { BoundedMap } from './bounded-map.js';
import type { CachedAnswer } from './catalog-cache.js';

const MAX_ANSWERS = 1_000;

/** When a read began: what it finds is kept for so long from then on, unless something was forgotten meanwhile. */
export interface Moment {
  at: number;
  forgotten: number;
}

/**
 * Answers in this process for about a second, before Redis is asked. It pays where one request at a time is served and a
 * round trip is most of its time; its price is that a write of another process shows that much later.
 */
export class LocalTier {
  private readonly single = new BoundedMap<string, { answer: CachedAnswer; until: number }>(MAX_ANSWERS);
  private readonly lists = new BoundedMap<string, { answer: CachedAnswer; until: number }>(MAX_ANSWERS);
  private forgotten = 0;

  /** 0 switches it off. */
  constructor(private readonly lifetimeMs: number) {}

  get(key: string, isList: boolean): CachedAnswer | undefined {
    if (this.lifetimeMs === 0) return undefined;
    const kept = (isList ? this.lists : this.single).get(key);
    return kept && kept.until > performance.now() ? kept.answer : undefined;
  }

  now(): Moment {
    return { at: performance.now(), forgotten: this.forgotten };
  }

  /** Counted from the read's beginning, for that is when its answer was still the newest for certain. */
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
