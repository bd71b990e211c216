import type { ListPlace } from '@app/http';

/** A serialised JSON response with its entity tag. */
export interface CachedAnswer {
  bytes: Buffer;
  /** A strong entity tag with its quotes. */
  etag: string;
  /** Only for lists. The `Link` header itself is not kept: it repeats the search, which may be personal. */
  place?: ListPlace;
}

/** `BYPASS`: the cache is unavailable or must not be used. */
export type CacheOutcome = 'HIT' | 'MISS' | 'BYPASS';

/** The cached answers that a write makes stale. */
export interface CatalogChange {
  products?: number[];
  inventory?: number[];
  /** Lists and searches may have changed. */
  lists?: boolean;
}

/** Returns null if the resource does not exist, which is cached too. Lists get their generation, if known. */
export type Load = (generation?: string) => Promise<CachedAnswer | null>;
export type LookupResult = [answer: CachedAnswer | null, outcome: CacheOutcome];

/**
 * Caches public answers: a product for 5 min, its inventory 3 min, lists 2 min, "does not exist" 10 s.
 *
 * - An unavailable cache MUST cost only time: every method resolves as if the cache were empty.
 * - Errors of `load` are passed on and not cached.
 * - A read that starts after `forget` has resolved MUST NOT get an answer loaded before it: always in this process, and
 *   while the store is available in every process that shares it.
 * - Stock for a decision MUST NOT come from here.
 */
export abstract class CatalogCache {
  abstract product(productId: number, load: Load): Promise<LookupResult>;
  abstract inventory(productId: number, load: Load): Promise<LookupResult>;
  /** `query` is the canonical form of a list's parameters. */
  abstract list(query: string, load: Load): Promise<LookupResult>;
  /** Loads a list that must not be cached, under the same limit as the others. */
  abstract uncachedList(load: Load): Promise<LookupResult>;
  /** Await it after the commit. False if it did not reach the shared store and must be delivered later. */
  abstract forget(change: CatalogChange): Promise<boolean>;
}
