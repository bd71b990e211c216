import { randomUUID } from 'node:crypto';
import { BoundedMap } from './bounded-map.js';
import { isLease } from './entry.js';
import { EntryStore, LEASE_MS, type Taken } from './entry-store.js';

/** Some tens of megabytes of lists at most. */
const MAX_ENTRIES = 5_000;

/** This process's own memory, for a service that runs alone. */
export class MemoryEntryStore extends EntryStore {
  override readonly shared = false;
  override readonly usable = true;
  private readonly places = new BoundedMap<string, { bytes: Buffer; until: number }>(MAX_ENTRIES);
  private lists = randomUUID();

  override take(key: string): Promise<Taken> {
    const kept = this.kept(key);
    if (!kept) return Promise.resolve({ lease: this.lend(key) });
    return Promise.resolve(isLease(kept) ? { lease: undefined } : { entry: kept });
  }

  override renew(key: string): Promise<string | undefined> {
    return Promise.resolve(this.kept(beside(key)) ? undefined : this.lend(beside(key)));
  }

  override store(key: string, lease: string, bytes: Buffer, lifetimeMs: number): Promise<boolean> {
    const isHeld = this.end(key, lease);
    if (isHeld) this.places.set(key, { bytes, until: performance.now() + lifetimeMs });
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
    for (const key of keys) for (const place of [key, beside(key)]) this.places.delete(place);
    if (lists) this.lists = randomUUID();
    return Promise.resolve(true);
  }

  override ping(): Promise<void> {
    return Promise.resolve();
  }

  override close(): void {}

  private kept(place: string): Buffer | undefined {
    const kept = this.places.get(place);
    return kept && kept.until > performance.now() ? kept.bytes : undefined;
  }

  private lend(place: string): string {
    const lease = randomUUID();
    this.places.set(place, { bytes: Buffer.from(lease), until: performance.now() + LEASE_MS });
    return lease;
  }

  private end(key: string, lease: string): boolean {
    const place = [key, beside(key)].find((name) => this.kept(name)?.equals(Buffer.from(lease)));
    return place !== undefined && this.places.delete(place);
  }
}

/** Where the lease of an entry stands that is present. */
const beside = (key: string): string => `${key}:lease`;
