import { randomUUID } from 'node:crypto';
import type { Cluster, Redis } from 'ioredis';
import { Batched } from './batched.js';
import { isLease } from './entry.js';
import { EntryStore, LEASE_MS, type Taken } from './entry-store.js';
import { type LeaseCommands, withLeaseCommands } from './redis-scripts.js';
import { RedisAwayError, type RedisLink } from './redis-link.js';

/** A slower command would take longer than a query of the database. */
const COMMAND_MS = 50;
/** Writers wait longer than readers before they give up: the next reader must not get the older version. */
const FORGET_MS = 500;
const MAX_UNDELIVERED = 10_000;
const GENERATION_MS = 86_400_000;

/** Where Redis keeps the generation of lists; without one, the next reader starts a new generation. */
export const generationKey = (prefix: string): string => `${prefix}:lists:generation`;

/**
 * Stores entries in Redis. In a cluster, keys MUST contain a hash tag, which an entry then shares with its lease; the
 * generation of lists need not share it.
 */
export class RedisEntryStore extends EntryStore {
  override readonly shared = true;
  private readonly redis: (Redis | Cluster) & LeaseCommands;
  private readonly takes: Batched<string, Taken>;
  private readonly generations: Batched<string, string>;
  private readonly generationKey: string;
  /** Invalidations that have not reached Redis yet. */
  private readonly undelivered = new Set<string>();

  /** `commandMs`: milliseconds that a reader waits for Redis. */
  constructor(
    private readonly link: RedisLink,
    private readonly commandMs = COMMAND_MS,
  ) {
    super();
    this.redis = withLeaseCommands(link.client);
    this.generationKey = generationKey(link.prefix);
    const afterTurn = (send: () => void) => link.afterTurn(send);
    this.takes = new Batched((key) => this.takeNow(key), afterTurn);
    this.generations = new Batched(() => this.currentGeneration(), afterTurn);
    link.beforeReturn = () => this.deliverPending();
  }

  override get usable(): boolean {
    return this.link.usable;
  }

  override take(key: string): Promise<Taken> {
    return this.takes.get(key);
  }

  override async renew(key: string): Promise<string | undefined> {
    const lease = randomUUID();
    const [, renewalKey] = this.places(key);
    const lent = await this.run(() => this.redis.set(renewalKey, lease, 'PX', LEASE_MS, 'NX'));
    return lent === null ? undefined : lease;
  }

  override async store(key: string, lease: string, entry: Buffer, lifetimeMs: number): Promise<boolean> {
    const lifetime = Math.round(lifetimeMs);
    return (await this.run(() => this.redis.storeUnderLease(...this.places(key), lease, entry, lifetime))) === 1;
  }

  override async release(key: string, lease: string): Promise<void> {
    await this.run(() => this.redis.releaseLease(...this.places(key), lease));
  }

  override generation(): Promise<string> {
    return this.generations.get(this.generationKey);
  }

  override async forget(keys: readonly string[], lists: boolean): Promise<boolean> {
    const names = lists ? [...keys, this.generationKey] : keys;
    try {
      if (!this.link.reachable) throw new RedisAwayError();
      await this.link.run(() => this.sendForget(names), FORGET_MS);
      return true;
    } catch {
      // Beyond the limit only the caller delivers them, later.
      if (this.undelivered.size < MAX_UNDELIVERED) for (const name of names) this.undelivered.add(name);
      return false;
    }
  }

  override async ping(): Promise<void> {
    await this.redis.ping();
  }

  override close(): void {
    this.link.close();
  }

  /** The key of the entry, and that of the lease to reload an existing one. */
  private places(key: string): [place: string, renewalKey: string] {
    const place = `${this.link.prefix}:${key}`;
    return [place, `${place}:lease`];
  }

  private run<T>(send: () => Promise<T>): Promise<T> {
    return this.link.run(send, this.commandMs);
  }

  /** Sends one command per hash tag, all together. */
  private sendForget(names: readonly string[]): Promise<unknown> {
    return Promise.all(
      names.map((name) =>
        name === this.generationKey
          ? this.redis.set(name, randomUUID(), 'PX', GENERATION_MS)
          : this.redis.del(...this.places(name)),
      ),
    );
  }

  /** This process does not read from Redis again until its own invalidations have reached it. */
  private async deliverPending(): Promise<void> {
    while (this.undelivered.size > 0) {
      const names = [...this.undelivered];
      await this.link.run(() => this.sendForget(names), FORGET_MS);
      for (const name of names) this.undelivered.delete(name);
    }
  }

  /** Returns the stored value, or stores a new lease in its place, with one command. */
  private async takeNow(key: string): Promise<Taken> {
    const lease = randomUUID();
    const [place] = this.places(key);
    let reply: Promise<Buffer | null> | undefined;
    try {
      const kept = await this.run(() => (reply = this.redis.setBuffer(place, lease, 'PX', LEASE_MS, 'NX', 'GET')));
      if (kept === null) return { lease };
      return isLease(kept) ? { lease: undefined } : { entry: kept };
    } catch (error) {
      // Releases a lease that was granted too late, since nobody loads under it.
      void reply?.then((late) => (late === null ? this.release(key, lease) : undefined)).catch(() => undefined);
      throw error;
    }
  }

  private currentGeneration(): Promise<string> {
    return this.run(async () => (await this.redis.get(this.generationKey)) ?? this.firstGeneration());
  }

  private async firstGeneration(): Promise<string> {
    const first = randomUUID();
    return (await this.redis.set(this.generationKey, first, 'PX', GENERATION_MS, 'NX')) === 'OK'
      ? first
      : ((await this.redis.get(this.generationKey)) ?? first);
  }
}
