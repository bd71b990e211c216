import { randomUUID } from 'node:crypto';
import type { Cluster, Redis } from 'ioredis';
import { Batched } from './batched.js';
import { type Acquired, EntryStore, LEASE_MS } from './entry-store.js';
import { type CatalogCommands, withCatalogCommands } from './redis-scripts.js';
import { RedisAwayError, type RedisLink } from './redis-link.js';

/** A command that takes longer is worth less than asking the database. */
const COMMAND_MS = 50;
/** A writer waits longer than a reader before it calls Redis away: its next reader must not get the older version. */
const FORGET_MS = 500;
const MAX_OWED = 10_000;
const GENERATION_MS = 86_400_000;
const GENERATION = 'catalog:lists:generation';

/** Entries in Redis. An entry and its lease share a hash tag; an entry and the generation of lists do not need to. */
export class RedisEntryStore extends EntryStore {
  override readonly shared = true;
  private readonly redis: (Redis | Cluster) & CatalogCommands;
  private readonly reads: Batched<string, Buffer | undefined>;
  /** What Redis could not be told yet. */
  private readonly owed = new Set<string>();

  constructor(private readonly link: RedisLink) {
    super();
    this.redis = withCatalogCommands(link.client);
    this.reads = new Batched(
      (name) => this.run(async () => (await this.redis.getBuffer(name)) ?? undefined),
      (sendAll) => link.together(sendAll),
    );
    link.beforeReturn = () => this.payDebts();
  }

  override get usable(): boolean {
    return this.link.usable;
  }

  override read(key: string): Promise<Buffer | undefined> {
    return this.reads.get(`catalog:${key}`);
  }

  override async acquire(key: string, lease: string, token: string, seen: string): Promise<Acquired> {
    const reply = await this.run(() =>
      this.redis.catalogAcquireBuffer(`catalog:${key}`, `catalog:${lease}`, token, LEASE_MS, seen),
    );
    return typeof reply === 'number' ? { leads: reply === 1 } : { entry: reply };
  }

  override async store(key: string, lease: string, token: string, entry: Buffer, lifetimeMs: number): Promise<boolean> {
    const kept = await this.run(() =>
      this.redis.catalogStore(`catalog:${key}`, `catalog:${lease}`, token, entry, Math.round(lifetimeMs)),
    );
    return kept === 1;
  }

  override async release(key: string, lease: string, token: string): Promise<void> {
    await this.run(() => this.redis.catalogRelease(`catalog:${key}`, `catalog:${lease}`, token));
  }

  override async generation(): Promise<string> {
    const present = await this.reads.get(GENERATION);
    return present ? present.toString('latin1') : this.run(() => this.firstGeneration());
  }

  override async forget(keys: readonly string[], lists: boolean): Promise<boolean> {
    const names = lists ? [...keys, GENERATION] : keys;
    try {
      if (!this.link.reachable) throw new RedisAwayError();
      await this.link.run(() => this.tell(names), FORGET_MS);
      return true;
    } catch {
      // More than that is left to the outbox alone.
      if (this.owed.size < MAX_OWED) for (const name of names) this.owed.add(name);
      return false;
    }
  }

  override async ping(): Promise<void> {
    await this.redis.ping();
  }

  override close(): void {
    this.link.close();
  }

  private run<T>(send: () => Promise<T>): Promise<T> {
    return this.link.run(send, COMMAND_MS);
  }

  /** One command per hash tag, sent together. */
  private tell(names: readonly string[]): Promise<unknown> {
    return Promise.all(
      names.map((name) =>
        name === GENERATION
          ? this.redis.set(GENERATION, randomUUID(), 'PX', GENERATION_MS)
          : this.redis.del(`catalog:${name}`, `catalog:${name}:lease`),
      ),
    );
  }

  /** This process reads nothing from Redis again before its own writes have reached it. */
  private async payDebts(): Promise<void> {
    while (this.owed.size > 0) {
      const names = [...this.owed];
      await this.link.run(() => this.tell(names), FORGET_MS);
      for (const name of names) this.owed.delete(name);
    }
  }

  private async firstGeneration(): Promise<string> {
    const first = randomUUID();
    return (await this.redis.set(GENERATION, first, 'PX', GENERATION_MS, 'NX')) === 'OK'
      ? first
      : ((await this.redis.get(GENERATION)) ?? first);
  }
}
