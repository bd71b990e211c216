/** What `take` found: the entry, or the lease that the caller now holds, or neither because somebody else loads it. */
export type Taken = { entry: Buffer } | { lease: string | undefined };

/**
 * Where entries are kept, and the generation that lists belong to. In the place of an entry that is missing stands the
 * lease of whoever loads it.
 *
 * - Each method MUST be atomic for one key.
 * - `forget` MUST void the leases of its keys: what was loaded under them is not stored any more.
 * - Every method but `forget` rejects when the store does not answer in a few milliseconds.
 */
export abstract class EntryStore {
  /** Whether other processes see it. */
  abstract readonly shared: boolean;
  /** False while the store is known to be away. */
  abstract readonly usable: boolean;
  /** The entry under this key; where there is none, its lease. Who asks in the same turn may get the same object. */
  abstract take(key: string): Promise<Taken>;
  /** The right to load anew an entry that is present, unless somebody has it. */
  abstract renew(key: string): Promise<string | undefined>;
  /** Keeps the entry if the lease is still the caller's, and ends the lease. False when it was voided or ran out. */
  abstract store(key: string, lease: string, entry: Buffer, lifetimeMs: number): Promise<boolean>;
  /** Ends the caller's lease without an entry. */
  abstract release(key: string, lease: string): Promise<void>;
  /** The generation that lists belong to now. */
  abstract generation(): Promise<string>;
  /** Removes entries, and with `lists` begins a new generation. False when the store could not be told in time. */
  abstract forget(keys: readonly string[], lists: boolean): Promise<boolean>;
  abstract ping(): Promise<void>;
  abstract close(): void;
}

/** How long one loader keeps the others waiting; the time a crashed one costs. */
export const LEASE_MS = 1_000;
