import { randomUUID } from 'node:crypto';
import { EntryStore, LEASE_MS, type Taken } from './entry-store.js';

export interface MemoryLimits {
  places: number;
  bytes: number;
}

/** Some hundreds of lists, or all of a small catalog. */
const LIMITS: MemoryLimits = { places: 5_000, bytes: 8 * 1024 * 1024 };

/** Under a key: an entry, or who may load it. */
type Place = { until: number } & ({ bytes: Buffer; lease?: never } | { lease: string; bytes?: never });

/** This process's own memory, for a service that runs alone. */
export class MemoryEntryStore extends EntryStore {
  override readonly shared = false;
  override readonly usable = true;
  /** In the order of their last use. */
  private readonly places = new Map<string, Place>();
  private bytes = 0;
  private lists = randomUUID();

  constructor(private readonly limits: MemoryLimits = LIMITS) {
    super();
  }

  override take(key: string): Promise<Taken> {
    const kept = this.kept(key);
    if (!kept) return Promise.resolve({ lease: this.lend(key) });
    return Promise.resolve(kept.bytes ? { entry: kept.bytes } : { lease: undefined });
  }

  override renew(key: string): Promise<string | undefined> {
    return Promise.resolve(this.kept(beside(key)) ? undefined : this.lend(beside(key)));
  }

  override store(key: string, lease: string, bytes: Buffer, lifetimeMs: number): Promise<boolean> {
    const isHeld = this.end(key, lease);
    if (isHeld) this.keep(key, { bytes: ofItsOwn(bytes), until: performance.now() + lifetimeMs });
    return Promise.resolve(isHeld);
  }

  override release(key: string, lease: string): Promise<void> {
    this.end(key, lease);
    return Promise.resolve();
  }

  override generation(): Promise<string> {
    return Promise.resolve(this.lists);
  }

  override forget(keys: readonly string[], lists: boolean): Promise<boolean> {
    for (const key of keys) for (const place of [key, beside(key)]) this.drop(place);
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

  private lend(key: string): string {
    const lease = randomUUID();
    this.keep(key, { lease, until: performance.now() + LEASE_MS });
    return lease;
  }

  private end(key: string, lease: string): boolean {
    const held = [key, beside(key)].find((name) => this.kept(name)?.lease === lease);
    return held !== undefined && this.drop(held);
  }
}

/** A small buffer of the usual kind is a slice of a shared one, all of which lives as long as any of its slices. */
function ofItsOwn(bytes: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  bytes.copy(copy);
  return copy;
}

/** Where the lease of an entry stands that is present. */
const beside = (key: string): string => `${key}:lease`;
