import type { ListPlace } from '@app/http';

/** A JSON answer as it goes over the wire: serialised once, with its entity tag. */
export interface CachedAnswer {
  bytes: Buffer;
  /** A strong entity tag with its quotes. */
  etag: string;
  /** Of a list. Its `Link` header repeats what was searched for, which may be personal and is not kept. */
  place?: ListPlace;
}

/** `BYPASS`: nothing was looked up, because the cache is away or must not be used. */
export type CacheOutcome = 'HIT' | 'MISS' | 'BYPASS';

/** What a write changes, as far as cached answers are concerned. */
export interface CatalogChange {
  products?: number[];
  inventory?: number[];
  /** Some list or search may answer differently now. */
  lists?: boolean;
}

/** Null is an answer as well: there is no such thing. A list is told which generation it belongs to, if that is known. */
export type Load = (generation?: string) => Promise<CachedAnswer | null>;
export type Looked = [answer: CachedAnswer | null, outcome: CacheOutcome];

/**
 * Public answers kept for a while: one product 5 min, its inventory 3 min, lists 2 min, that something does not exist
 * 10 s.
 *
 * - A cache that is away MUST cost time only: every method but `deliver` resolves as if the cache were empty.
 * - What `load` throws passes through and is not kept.
 * - A read that begins after `forget` has resolved MUST NOT get an answer loaded before it: in every process that shares
 *   the store while the store answers, and in this process always.
 * - Stock for a decision MUST NOT come from here.
 */
export abstract class CatalogCache {
  abstract product(productId: number, load: Load): Promise<Looked>;
  abstract inventory(productId: number, load: Load): Promise<Looked>;
  /** `query` is the canonical form of a list's parameters. */
  abstract list(query: string, load: Load): Promise<Looked>;
  /** Loads a list that must not be cached, in its turn among the others. */
  abstract uncachedList(load: Load): Promise<Looked>;
  /** To be awaited after the commit. False when it did not reach the shared store, so that it must be delivered later. */
  abstract forget(change: CatalogChange): Promise<boolean>;
}
