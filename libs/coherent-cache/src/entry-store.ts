/** The entry, or the lease that the caller now holds, or neither because another reader loads it. */
export type Taken = { entry: Buffer } | { lease: string | undefined };

/**
 * Stores entries and the generation of lists. In place of a missing entry it stores the lease of its loader.
 *
 * - Each method MUST be atomic for one key.
 * - `forget` MUST void the leases of its keys, so that nothing loaded under them is stored.
 * - Every method but `forget` rejects if the store does not respond in a few milliseconds.
 */
export abstract class EntryStore {
  /** Whether other processes use the same store. */
  abstract readonly shared: boolean;
  /** False while the store is known to be unavailable. */
  abstract readonly usable: boolean;
  /** Returns the entry, or a lease if there is none. Callers in one turn of the event loop may get the same object. */
  abstract take(key: string): Promise<Taken>;
  /** Returns a lease to reload an existing entry; undefined if another reader has it. */
  abstract renew(key: string): Promise<string | undefined>;
  /** Stores the entry if the lease is still the caller's, and ends the lease. False if it was voided or expired. */
  abstract store(key: string, lease: string, entry: Buffer, lifetimeMs: number): Promise<boolean>;
  /** Ends the caller's lease without an entry. */
  abstract release(key: string, lease: string): Promise<void>;
  /** Returns the current generation of lists. */
  abstract generation(): Promise<string>;
  /** Removes entries, and with `lists` starts a new generation. False if the store did not confirm it in time. */
  abstract forget(keys: readonly string[], lists: boolean): Promise<boolean>;
  abstract ping(): Promise<void>;
  abstract close(): void;
}

/** How long a loader may keep the others waiting, also if it crashed. */
export const LEASE_MS = 1_000;
