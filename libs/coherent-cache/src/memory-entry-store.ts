import { randomUUID } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { EntryStore, LEASE_MS, type Taken } from './entry-store.js';

export interface MemoryLimits {
  places: number;
  bytes: number;
}

/** Enough for some hundreds of lists, or thousands of single values. */
const LIMITS: MemoryLimits = { places: 5_000, bytes: 8 * 1024 * 1024 };

/** An entry, or the lease of its loader. */
type Place = { bytes: Buffer; lease?: never } | { lease: string; bytes?: never };

/** Stores entries in this process's memory, for a service with a single process. */
export class MemoryEntryStore extends EntryStore {
  override readonly shared = false;
  override readonly usable = true;
  private readonly places: LRUCache<string, Place>;
  private lists = randomUUID();

  constructor({ places: max, bytes: maxSize }: MemoryLimits = LIMITS) {
    super();
    const sizeCalculation = ({ bytes }: Place) => bytes?.length || 1;
    this.places = new LRUCache({ max, maxSize, sizeCalculation, ttlResolution: 0 });
  }

  override take(key: string): Promise<Taken> {
    const kept = this.places.get(key);
    if (!kept) return Promise.resolve({ lease: this.grantLease(key) });
    return Promise.resolve(kept.bytes ? { entry: kept.bytes } : { lease: undefined });
  }

  override renew(key: string): Promise<string | undefined> {
    return Promise.resolve(this.places.has(renewalKey(key)) ? undefined : this.grantLease(renewalKey(key)));
  }

  override store(key: string, lease: string, bytes: Buffer, lifetimeMs: number): Promise<boolean> {
    const isHeld = this.endLease(key, lease);
    if (isHeld) this.places.set(key, { bytes: compactCopy(bytes) }, { ttl: lifetimeMs });
    return Promise.resolve(isHeld);
  }

  override release(key: string, lease: string): Promise<void> {
    this.endLease(key, lease);
    return Promise.resolve();
  }

  override generation(): Promise<string> {
    return Promise.resolve(this.lists);
  }

  override forget(keys: readonly string[], lists: boolean): Promise<boolean> {
    for (const key of keys) for (const place of [key, renewalKey(key)]) this.places.delete(place);
    if (lists) this.lists = randomUUID();
    return Promise.resolve(true);
  }

  override ping(): Promise<void> {
    return Promise.resolve();
  }

  override close(): void {}

  private grantLease(key: string): string {
    const lease = randomUUID();
    this.places.set(key, { lease }, { ttl: LEASE_MS });
    return lease;
  }

  private endLease(key: string, lease: string): boolean {
    const held = [key, renewalKey(key)].find((name) => this.places.peek(name)?.lease === lease);
    return held !== undefined && this.places.delete(held);
  }
}

/** Copies to a buffer of its own: small buffers are slices of a shared one, which lives as long as any slice. */
function compactCopy(bytes: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  bytes.copy(copy);
  return copy;
}

/** The key of the lease to reload an existing entry. */
const renewalKey = (key: string): string => `${key}:lease`;
