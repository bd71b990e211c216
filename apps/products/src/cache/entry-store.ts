/** What `acquire` found: a newer entry than the caller had seen, the right to load, or somebody else who loads. */
export type Acquired = { entry: Buffer } | { leads: boolean };

/**
 * Where entries are kept, each beside the lease of whoever loads it, and the generation that lists belong to.
 *
 * - `acquire`, `store` and `release` MUST each be atomic for one key.
 * - `forget` MUST void the leases of its keys: what was loaded under them is not stored any more.
 * - Every method but `forget` rejects when the store does not answer in a few milliseconds.
 */
export abstract class EntryStore {
  /** Whether other processes see it. */
  abstract readonly shared: boolean;
  /** False while the store is known to be away. */
  abstract readonly usable: boolean;
  /** The entry under this key. */
  abstract read(key: string): Promise<Buffer | undefined>;
  /** `seen` is the token of the entry that the caller has read and cannot use. */
  abstract acquire(key: string, lease: string, token: string, seen: string): Promise<Acquired>;
  /** Keeps the entry if the lease is still the caller's, and ends the lease. False when it was voided or ran out. */
  abstract store(key: string, lease: string, token: string, entry: Buffer, lifetimeMs: number): Promise<boolean>;
  /** Ends the caller's lease without an entry. */
  abstract release(key: string, lease: string, token: string): Promise<void>;
  /** The generation that lists belong to now. */
  abstract generation(): Promise<string>;
  /** Removes entries, and with `lists` begins a new generation. False when the store could not be told in time. */
  abstract forget(keys: readonly string[], lists: boolean): Promise<boolean>;
  abstract ping(): Promise<void>;
  abstract close(): void;
}

/** How long one loader keeps the others waiting; the time a crashed one costs. */
export const LEASE_MS = 1_000;
