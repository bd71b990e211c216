import { createHash, randomUUID } from 'node:crypto';
import { inBackground, sleep } from '@app/kernel';
import { type CachedAnswer, CatalogCache, type CatalogChange, type Load, type Looked } from './catalog-cache.js';
import { decodeEntry, encodeEntry, type Entry } from './entry.js';
import { type Acquired, EntryStore } from './entry-store.js';
import { LoadGate } from './load-gate.js';
import { LocalTier } from './local-tier.js';

const MINUTES = 60_000;
const LIFETIMES = { product: 5 * MINUTES, inventory: 3 * MINUTES, list: 2 * MINUTES, absent: MINUTES / 6 };
/** In the last part of its life, from a point that differs from entry to entry, one reader renews an entry. */
const REFRESH = { earliest: 0.8, latest: 0.95 };
/** Longer than two leases, so that somebody who waits for a loader that has died becomes the next one. */
const PATIENCE_MS = 2_500;
const POLL_MS = 15;

const productKey = (id: number): string => `{product:${id}}:answer`;
const inventoryKey = (id: number): string => `{product:${id}}:inventory`;
const listKey = (query: string): string => `{list:${createHash('sha1').update(query).digest('base64url')}}`;

interface Slot {
  key: string;
  isList: boolean;
  lifetime: number;
}

/** A slot as one reader has found it. */
interface Found extends Slot {
  lease: string;
  /** What is kept and may be shown. */
  entry: Entry | undefined;
  /** The token of what is kept. */
  seen: string;
  generation: string | undefined;
}

/** An answer, and whether nothing was written since it began to be loaded. */
interface Loaded {
  answer: CachedAnswer | null;
  current: boolean;
}

/** One attempt to become the loader, for all readers of this process who asked before it was sent. */
interface Round {
  acquired: Acquired;
  token: string;
  taken: boolean;
}

/**
 * One loader per entry across all processes, and no answer older than the last write.
 *
 * Whoever finds nothing takes a lease, loads, and stores under that lease alone; an invalidation removes entry and lease,
 * so that what was loaded before a write is not stored after it. Lists cannot be named one by one: they carry the
 * generation that was current before they were loaded, and a write begins a new one. Source: "Scaling Memcache at
 * Facebook" (leases), with the lease's check and the store made one step.
 */
export class CoherentCatalogCache extends CatalogCache {
  private readonly tier: LocalTier;
  private readonly gate: LoadGate;
  private readonly leading = new Map<string, Promise<Loaded>>();
  private readonly rounds = new Map<string, Promise<Round>>();

  constructor(
    private readonly store: EntryStore,
    { localTtlMs, loadsAtOnce }: { localTtlMs: number; loadsAtOnce: number },
  ) {
    super();
    this.tier = new LocalTier(localTtlMs);
    this.gate = new LoadGate(loadsAtOnce);
  }

  override product(productId: number, load: Load): Promise<Looked> {
    return this.look({ key: productKey(productId), isList: false, lifetime: LIFETIMES.product }, load);
  }

  override inventory(productId: number, load: Load): Promise<Looked> {
    return this.look({ key: inventoryKey(productId), isList: false, lifetime: LIFETIMES.inventory }, load);
  }

  override list(query: string, load: Load): Promise<Looked> {
    return this.look({ key: listKey(query), isList: true, lifetime: LIFETIMES.list }, load);
  }

  override forget({ products = [], inventory = [], lists = false }: CatalogChange): Promise<boolean> {
    const keys = [...products.map(productKey), ...inventory.map(inventoryKey)];
    if (keys.length === 0 && !lists) return Promise.resolve(true);
    this.gate.forget(keys, lists);
    this.tier.forget(keys, lists);
    const told = this.store.forget(keys, lists);
    // What was read in the meantime may be from before.
    return told.finally(() => this.tier.forget(keys, lists));
  }

  private async look(slot: Slot, load: Load): Promise<Looked> {
    const near = this.tier.get(slot.key, slot.isList);
    if (near) return [near, 'HIT'];
    const began = this.tier.now();
    const looked = await this.lookInStore(slot, load);
    this.tier.put(slot.key, slot.isList, looked[0], began);
    return looked;
  }

  private async lookInStore(slot: Slot, load: Load): Promise<Looked> {
    const found = this.store.usable && (await this.find(slot).catch(() => undefined));
    if (!found) return [await this.gate.share(slot.key, slot.isList, load), 'BYPASS'];
    const { entry } = found;
    if (entry && entry.refreshAt > Date.now()) return [entry.answer, 'HIT'];
    return this.obtain(found, load);
  }

  /** Both questions at once: an entry shows by itself whether its generation is the present one. */
  private async find(slot: Slot): Promise<Found> {
    const [kept, generation] = slot.isList
      ? await Promise.all([this.store.read(slot.key), this.store.generation()])
      : [await this.store.read(slot.key), undefined];
    const lease = `${slot.key}:lease${generation === undefined ? '' : `:${generation}`}`;
    const entry = kept && decodeEntry(kept);
    return { ...slot, lease, generation, seen: entry?.token ?? '', entry: current(entry, generation) };
  }

  private async obtain(found: Found, load: Load): Promise<Looked> {
    const deadline = Date.now() + PATIENCE_MS;
    let { seen } = found;
    for (let attempt = 0; Date.now() < deadline; attempt++) {
      const led = this.leading.get(found.lease);
      if (led && found.entry) return [found.entry.answer, 'HIT'];
      const loaded = await led;
      if (loaded?.current) return [loaded.answer, 'MISS'];
      const round = await this.round(found, seen, attempt > 0 && !led).catch(() => undefined);
      if (!round) return [await this.gate.share(found.key, found.isList, load), 'BYPASS'];
      if ('entry' in round.acquired) {
        const newer = decodeEntry(round.acquired.entry);
        if (current(newer, found.generation)) return [newer.answer, 'HIT'];
        seen = newer.token;
      } else if (round.acquired.leads) {
        if (!round.taken) return [await this.lead(found, round, load), 'MISS'];
      } else if (found.entry) {
        // Past its refresh time, but nothing was written since: somebody renews it just now.
        return [found.entry.answer, 'HIT'];
      }
    }
    return [await this.gate.run(load), 'MISS'];
  }

  private round({ key, lease }: Found, seen: string, wait: boolean): Promise<Round> {
    const present = this.rounds.get(lease);
    if (present) return present;
    const token = randomUUID();
    const round = (async () => {
      if (wait) await sleep(POLL_MS * (0.5 + Math.random()));
      else await nextTurn();
      this.rounds.delete(lease);
      return { acquired: await this.store.acquire(key, lease, token, seen), token, taken: false };
    })();
    this.rounds.set(lease, round);
    return round;
  }

  /** Loads under the lease that was taken; the other readers of this process get the same answer if it was stored. */
  private async lead(found: Found, round: Round, load: Load): Promise<CachedAnswer | null> {
    round.taken = true;
    const { key, lease } = found;
    const answer = this.gate.run(load);
    const loaded = answer.then((value) => this.keep(found, round.token, value));
    this.leading.set(lease, loaded);
    const end = () => {
      if (this.leading.get(lease) === loaded) this.leading.delete(lease);
    };
    void inBackground(loaded.then(end, end));
    try {
      return await answer;
    } catch (error) {
      await this.store.release(key, lease, round.token).catch(() => undefined);
      throw error;
    }
  }

  private async keep(found: Found, token: string, answer: CachedAnswer | null): Promise<Loaded> {
    const { key, lease, generation } = found;
    const lifetime = answer ? found.lifetime : LIFETIMES.absent;
    const share = REFRESH.earliest + Math.random() * (REFRESH.latest - REFRESH.earliest);
    const entry = encodeEntry({ answer, token, refreshAt: Date.now() + lifetime * share, generation });
    const stored = await this.store.store(key, lease, token, entry, lifetime).catch(() => false);
    // A list is as new as its generation, whose readers alone share its lease.
    return { answer, current: stored || generation !== undefined };
  }
}

/** The entry, unless it is a list of another generation. */
function current(entry: Entry | undefined, generation: string | undefined): Entry | undefined {
  return entry?.generation === generation ? entry : undefined;
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
