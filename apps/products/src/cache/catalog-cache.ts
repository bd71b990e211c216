/** A JSON answer as it goes over the wire: serialised once, with its entity tag. */
export interface CachedAnswer {
  json: string;
  /** A strong entity tag with its quotes. */
  etag: string;
  /** The `Link` header of a list. */
  link?: string;
}

/** `BYPASS`: nothing was looked up, because the cache is away or must not be used. */
export type CacheOutcome = 'HIT' | 'MISS' | 'BYPASS';

/** What a committed write has changed, as far as cached answers are concerned. */
export interface CatalogChange {
  products?: number[];
  inventory?: number[];
  /** Some list or search may answer differently now. */
  lists?: boolean;
}

export type Load = () => Promise<CachedAnswer>;
export type Looked = [answer: CachedAnswer, outcome: CacheOutcome];

/**
 * Public answers kept for a while: one product 5 min, its inventory 3 min, lists 2 min.
 *
 * - A cache that is away MUST cost time only: every method resolves as if the cache were empty.
 * - What `load` throws passes through and is not kept.
 * - A read that begins after `forget` has resolved MUST NOT get an answer loaded before it, within this process;
 *   across processes only where the implementation says so.
 * - Stock for a decision MUST NOT come from here.
 */
export abstract class CatalogCache {
  abstract product(productId: number, load: Load): Promise<Looked>;
  abstract inventory(productId: number, load: Load): Promise<Looked>;
  /** `query` is the canonical form of a list's parameters. */
  abstract list(query: string, load: Load): Promise<Looked>;
  /** To be awaited after the commit and before the write is acknowledged. */
  abstract forget(change: CatalogChange): Promise<void>;
}
