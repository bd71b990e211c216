import {
  type CachedValue,
  CoherentCache,
  type CoherentCacheOptions,
  type EntryStore,
  type Load,
  type Lookup,
} from '@app/coherent-cache';
import type { ListPlace } from '@app/http';
import { inventoryKey, listKey, productKey } from './cache-keys.js';

const MINUTES = 60_000;
const LIFETIMES = { product: 5 * MINUTES, inventory: 3 * MINUTES, list: 2 * MINUTES, absent: MINUTES / 6 };
/** Increase it when the form of answers changes: a release never serves entries of another format. */
const FORMAT = 3;

/**
 * A serialised JSON response, under its strong entity tag with the quotes. A list's place is kept instead of its `Link`
 * header, which repeats the search, which may be personal.
 */
export type CachedAnswer = CachedValue<ListPlace>;
export type LookupResult = Lookup<ListPlace>;
type LoadAnswer = Load<ListPlace>;

export type CatalogCacheLimits = Pick<CoherentCacheOptions, 'localTtlMs' | 'loadsAtOnce'>;

/** The cached answers that a write makes stale. */
export interface CatalogChange {
  products?: number[];
  inventory?: number[];
  /** Lists and searches may have changed. */
  lists?: boolean;
}

/**
 * Caches public answers: a product for 5 min, its inventory 3 min, lists 2 min, "does not exist" 10 s. What a reader gets
 * after a write is the promise of `CoherentCache`. Stock for a decision MUST NOT come from here.
 */
export class CatalogCache {
  private readonly answers: CoherentCache<ListPlace>;

  constructor(store: EntryStore, { localTtlMs, loadsAtOnce }: CatalogCacheLimits) {
    const options = { localTtlMs, loadsAtOnce, absentMs: LIFETIMES.absent, format: FORMAT };
    this.answers = new CoherentCache(store, options);
  }

  product(productId: number, load: LoadAnswer): Promise<LookupResult> {
    return this.answers.single(productKey(productId), LIFETIMES.product, load);
  }

  inventory(productId: number, load: LoadAnswer): Promise<LookupResult> {
    return this.answers.single(inventoryKey(productId), LIFETIMES.inventory, load);
  }

  /** `query` is the canonical form of a list's parameters. */
  list(query: string, load: LoadAnswer): Promise<LookupResult> {
    return this.answers.list(listKey(query), LIFETIMES.list, load);
  }

  /** Loads a list that must not be cached, under the same limit as the others. */
  uncachedList(load: LoadAnswer): Promise<LookupResult> {
    return this.answers.uncachedList(load);
  }

  /** Await it after the commit. False if it did not reach the shared store and must be delivered later. */
  forget({ products = [], inventory = [], lists = false }: CatalogChange): Promise<boolean> {
    return this.answers.forget([...products.map(productKey), ...inventory.map(inventoryKey)], lists);
  }
}
