import { randomUUID } from 'node:crypto';
import type { Cluster, Redis } from 'ioredis';
import { Batched } from './batched.js';
import { isLease } from './entry.js';
import { EntryStore, LEASE_MS, type Taken } from './entry-store.js';
import { type CatalogCommands, withCatalogCommands } from './redis-scripts.js';
import { RedisAwayError, type RedisLink } from './redis-link.js';

/** A command that takes longer is worth less than asking the database. */
const COMMAND_MS = 50;
/** A writer waits longer than a reader before it calls Redis away: its next reader must not get the older version. */
const FORGET_MS = 500;
const MAX_OWED = 10_000;
const GENERATION_MS = 86_400_000;
const GENERATION = 'catalog:lists:generation';

const place = (key: string): string => `catalog:${key}`;
/** Where the lease of an entry stands that is present. */
const beside = (key: string): string => `catalog:${key}:lease`;

/** Entries in Redis. An entry and its lease share a hash tag; an entry and the generation of lists do not need to. */
export class RedisEntryStore extends EntryStore {
  override readonly shared = true;
  private readonly redis: (Redis | Cluster) & CatalogCommands;
  private readonly takes: Batched<string, Taken>;
  private readonly generations: Batched<string, string>;
  /** What Redis could not be told yet. */
  private readonly owed = new Set<string>();

  /** `commandMs`: how long a reader waits for Redis. */
  constructor(
    private readonly link: RedisLink,
    private readonly commandMs = COMMAND_MS,
  ) {
    super();
    this.redis = withCatalogCommands(link.client);
    const afterTurn = (send: () => void) => link.afterTurn(send);
    this.takes = new Batched((key) => this.takeNow(key), afterTurn);
    this.generations = new Batched(() => this.presentGeneration(), afterTurn);
    link.beforeReturn = () => this.payDebts();
  }

  override get usable(): boolean {
    return this.link.usable;
  }

  override take(key: string): Promise<Taken> {
    return this.takes.get(key);
  }

  override async renew(key: string): Promise<string | undefined> {
    const lease = randomUUID();
    const lent = await this.run(() => this.redis.set(beside(key), lease, 'PX', LEASE_MS, 'NX'));
    return lent === null ? undefined : lease;
  }

  override async store(key: string, lease: string, entry: Buffer, lifetimeMs: number): Promise<boolean> {
    const lifetime = Math.round(lifetimeMs);
    return (await this.run(() => this.redis.catalogStore(place(key), beside(key), lease, entry, lifetime))) === 1;
  }

  override async release(key: string, lease: string): Promise<void> {
    await this.run(() => this.redis.catalogRelease(place(key), beside(key), lease));
  }

  override generation(): Promise<string> {
    return this.generations.get(GENERATION);
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
    return this.link.run(send, this.commandMs);
  }

  /** One command per hash tag, sent together. */
  private tell(names: readonly string[]): Promise<unknown> {
    return Promise.all(
      names.map((name) =>
        name === GENERATION
          ? this.redis.set(GENERATION, randomUUID(), 'PX', GENERATION_MS)
          : this.redis.del(place(name), beside(name)),
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

  /** One command: what stands in the place, or our lease in it. */
  private async takeNow(key: string): Promise<Taken> {
    const lease = randomUUID();
    let reply: Promise<Buffer | null> | undefined;
    try {
      const kept = await this.run(() => (reply = this.redis.setBuffer(place(key), lease, 'PX', LEASE_MS, 'NX', 'GET')));
      if (kept === null) return { lease };
      return isLease(kept) ? { lease: undefined } : { entry: kept };
    } catch (error) {
      // Nobody loads under a lease that comes too late.
      void reply?.then((late) => (late === null ? this.release(key, lease) : undefined)).catch(() => undefined);
      throw error;
    }
  }

  private presentGeneration(): Promise<string> {
    return this.run(async () => (await this.redis.get(GENERATION)) ?? this.firstGeneration());
  }

  private async firstGeneration(): Promise<string> {
    const first = randomUUID();
    return (await this.redis.set(GENERATION, first, 'PX', GENERATION_MS, 'NX')) === 'OK'
      ? first
      : ((await this.redis.get(GENERATION)) ?? first);
  }
}
