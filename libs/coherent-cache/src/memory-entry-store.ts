import { randomUUID } from 'node:crypto';
import { EntryStore, LEASE_MS, type Taken } from './entry-store.js';

export interface MemoryLimits {
  places: number;
  bytes: number;
}

/** Enough for some hundreds of lists, or thousands of single values. */
const LIMITS: MemoryLimits = { places: 5_000, bytes: 8 * 1024 * 1024 };

/** An entry, or the lease of its loader. */
type Place = { until: number } & ({ bytes: Buffer; lease?: never } | { lease: string; bytes?: never });

/** Stores entries in this process's memory, for a service with a single process. */
export class MemoryEntryStore extends EntryStore {
  override readonly shared = false;
  override readonly usable = true;
  /** Least recently used first. */
  private readonly places = new Map<string, Place>();
  private bytes = 0;
  private lists = randomUUID();

  constructor(private readonly limits: MemoryLimits = LIMITS) {
    super();
  }

  override take(key: string): Promise<Taken> {
    const kept = this.kept(key);
    if (!kept) return Promise.resolve({ lease: this.grantLease(key) });
    return Promise.resolve(kept.bytes ? { entry: kept.bytes } : { lease: undefined });
  }

  override renew(key: string): Promise<string | undefined> {
    return Promise.resolve(this.kept(renewalKey(key)) ? undefined : this.grantLease(renewalKey(key)));
  }

  override store(key: string, lease: string, bytes: Buffer, lifetimeMs: number): Promise<boolean> {
    const isHeld = this.endLease(key, lease);
    if (isHeld) this.keep(key, { bytes: compactCopy(bytes), until: performance.now() + lifetimeMs });
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
    for (const key of keys) for (const place of [key, renewalKey(key)]) this.drop(place);
    if (lists) this.lists = randomUUID();
    return Promise.resolve(true);
  }

  override ping(): Promise<void> {
    return Promise.resolve();
  }

  override close(): void {}

  private kept(key: string): Place | undefined {
    const place = this.places.get(key);
    if (!place) return undefined;
    this.drop(key);
    if (place.until <= performance.now()) return undefined;
    this.keep(key, place);
    return place;
  }

  private keep(key: string, place: Place): void {
    this.drop(key);
    this.places.set(key, place);
    this.bytes += place.bytes?.length ?? 0;
    for (const [oldest] of this.places) {
      if (this.places.size <= this.limits.places && this.bytes <= this.limits.bytes) return;
      this.drop(oldest);
    }
  }

  private drop(key: string): boolean {
    this.bytes -= this.places.get(key)?.bytes?.length ?? 0;
    return this.places.delete(key);
  }

  private grantLease(key: string): string {
    const lease = randomUUID();
    this.keep(key, { lease, until: performance.now() + LEASE_MS });
    return lease;
  }

  private endLease(key: string, lease: string): boolean {
    const held = [key, renewalKey(key)].find((name) => this.kept(name)?.lease === lease);
    return held !== undefined && this.drop(held);
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
