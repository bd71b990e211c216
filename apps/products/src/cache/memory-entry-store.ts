import { randomUUID } from 'node:crypto';
import { BoundedMap } from './bounded-map.js';
import { TOKEN_LENGTH } from './entry.js';
import { type Acquired, EntryStore, LEASE_MS } from './entry-store.js';

/** Some tens of megabytes of lists at most. */
const MAX_ENTRIES = 5_000;

/** This process's own memory, for a service that runs alone. */
export class MemoryEntryStore extends EntryStore {
  override readonly shared = false;
  override readonly usable = true;
  private readonly entries = new BoundedMap<string, { bytes: Buffer; until: number }>(MAX_ENTRIES);
  private readonly leases = new Map<string, { key: string; token: string; until: number }>();
  private lists = randomUUID();

  override read(key: string): Promise<Buffer | undefined> {
    return Promise.resolve(this.entry(key));
  }

  override acquire(key: string, lease: string, token: string, seen: string): Promise<Acquired> {
    const entry = this.entry(key);
    if (entry && entry.toString('latin1', 0, TOKEN_LENGTH) !== seen) return Promise.resolve({ entry });
    const leads = (this.leases.get(lease)?.until ?? 0) < Date.now();
    if (leads) this.leases.set(lease, { key, token, until: Date.now() + LEASE_MS });
    return Promise.resolve({ leads });
  }

  override store(key: string, lease: string, token: string, bytes: Buffer, lifetimeMs: number): Promise<boolean> {
    if (!this.end(lease, token)) return Promise.resolve(false);
    this.entries.set(key, { bytes, until: Date.now() + lifetimeMs });
    return Promise.resolve(true);
  }

  override release(_key: string, lease: string, token: string): Promise<void> {
    this.end(lease, token);
    return Promise.resolve();
  }

  override generation(): Promise<string> {
    return Promise.resolve(this.lists);
  }

  override forget(keys: readonly string[], lists: boolean): Promise<boolean> {
    for (const key of keys) this.entries.delete(key);
    for (const [lease, { key }] of this.leases) if (keys.includes(key)) this.leases.delete(lease);
    if (lists) this.lists = randomUUID();
    return Promise.resolve(true);
  }

  override ping(): Promise<void> {
    return Promise.resolve();
  }

  override close(): void {}

  private entry(key: string): Buffer | undefined {
    const kept = this.entries.get(key);
    return kept && kept.until > Date.now() ? kept.bytes : undefined;
  }

  private end(lease: string, token: string): boolean {
    const held = this.leases.get(lease);
    if (held?.token !== token) return false;
    this.leases.delete(lease);
    return held.until >= Date.now();
  }
}
