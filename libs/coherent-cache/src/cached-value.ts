/** A value as it is cached. */
export interface CachedValue<D extends object = object> {
  bytes: Buffer;
  /** Changes whenever the bytes do. */
  tag: string;
  /** Kept with the bytes as JSON. */
  details?: D;
}

/** Cached, loaded, or loaded without the cache since that is unavailable or must not be used. */
export type CacheOutcome = 'HIT' | 'MISS' | 'BYPASS';

/** Returns null if there is no such value, which is cached too. Lists get their generation, if known. */
export type Load<D extends object = object> = (generation?: string) => Promise<CachedValue<D> | null>;
/** What a reader gets, and where it came from. */
export type Lookup<D extends object = object> = [value: CachedValue<D> | null, outcome: CacheOutcome];
