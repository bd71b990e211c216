import { inBackground, sleep } from '@app/async';
import { systemTime } from '@app/kernel';
import { type CachedAnswer, CatalogCache, type CatalogChange, type Load, type LookupResult } from './catalog-cache.js';
import { inventoryKey, listKey, listPlace, productKey } from './cache-keys.js';
import { decodeEntry, encodeEntry, type Entry } from './entry.js';
import { EntryStore, type Taken } from './entry-store.js';
import { LoadGate } from './load-gate.js';
import { LocalTier } from './local-tier.js';

const MINUTES = 60_000;
const LIFETIMES = { product: 5 * MINUTES, inventory: 3 * MINUTES, list: 2 * MINUTES, absent: MINUTES / 6 };
/** The lifetime is multiplied by a random value, so that entries stored together do not expire together. */
const LIFE = { least: 0.9, most: 1 };
/** From a random point late in its life, one reader refreshes an entry. */
const REFRESH = { least: 0.8, most: 0.95 };
/** Longer than two leases, so that a reader that waits for a dead loader becomes the next loader. */
const MAX_WAIT_MS = 2_500;
const POLL_MS = 15;
/** Lists that may wait for the database; more would take the place of all other requests. */
const LISTS_WAITING = 64;

const randomOf = ({ least, most }: { least: number; most: number }): number => least + Math.random() * (most - least);

interface Slot {
  /** For lists, without the generation. */
  key: string;
  isList: boolean;
  lifetime: number;
}

/** The state in which a reader found a slot. */
interface Found extends Slot {
  /** For lists, with the generation. */
  place: string;
  generation: string | undefined;
  taken: Taken;
}

/** An answer, and whether it is still current: nothing was written since its load began. */
interface Loaded {
  answer: CachedAnswer | null;
  current: boolean;
}

/**
 * Allows one loader per entry across all processes, and no answer older than the last write.
 *
 * A reader that misses gets a lease, loads, and can store only under that lease. An invalidation removes entry and
 * lease, so an answer loaded before a write is not stored after it. Lists cannot be invalidated one by one: the
 * generation read before the load is part of their key, and a write starts a new generation. Source: "Scaling Memcache
 * at Facebook" (leases), with checking the lease and storing in one step.
 */
export class CoherentCatalogCache extends CatalogCache {
  private readonly tier: LocalTier;
  /** A list takes the database up to 100 times as long as a product, so lists have a gate of their own. */
  private readonly gates: { lists: LoadGate; others: LoadGate };
  private readonly loads = new Map<string, Promise<Loaded>>();
  /** Leases in use by a loader: all readers of one turn of the event loop get the same object. */
  private readonly usedLeases = new WeakSet<Taken>();
  private readonly pauses = new Map<string, Promise<void>>();
  /** The generation of lists when last read. */
  private lastGeneration: string | undefined;

  constructor(
    private readonly store: EntryStore,
    { localTtlMs, loadsAtOnce }: { localTtlMs: number; loadsAtOnce: number },
  ) {
    super();
    this.tier = new LocalTier(localTtlMs);
    const lists = new LoadGate(Math.max(1, Math.floor(loadsAtOnce / 2)), LISTS_WAITING);
    this.gates = { lists, others: new LoadGate(loadsAtOnce) };
  }

  override product(productId: number, load: Load): Promise<LookupResult> {
    return this.lookUp({ key: productKey(productId), isList: false, lifetime: LIFETIMES.product }, load);
  }

  override inventory(productId: number, load: Load): Promise<LookupResult> {
    return this.lookUp({ key: inventoryKey(productId), isList: false, lifetime: LIFETIMES.inventory }, load);
  }

  override list(query: string, load: Load): Promise<LookupResult> {
    return this.lookUp({ key: listKey(query), isList: true, lifetime: LIFETIMES.list }, load);
  }

  override async uncachedList(load: Load): Promise<LookupResult> {
    return [await this.gates.lists.run(load), 'BYPASS'];
  }

  override forget({ products = [], inventory = [], lists = false }: CatalogChange): Promise<boolean> {
    const keys = [...products.map(productKey), ...inventory.map(inventoryKey)];
    if (keys.length === 0 && !lists) return Promise.resolve(true);
    for (const gate of Object.values(this.gates)) gate.forget(keys, lists);
    this.tier.forget(keys, lists);
    const forgotten = this.store.forget(keys, lists);
    // Forget again: a read in the meantime may have kept an old answer.
    return forgotten.finally(() => this.tier.forget(keys, lists));
  }

  private async lookUp(slot: Slot, load: Load): Promise<LookupResult> {
    const local = this.tier.get(slot.key, slot.isList);
    if (local) return [local, 'HIT'];
    const began = this.tier.now();
    const looked = await this.lookUpInStore(slot, load);
    this.tier.put(slot.key, slot.isList, looked[0], began);
    return looked;
  }

  private async lookUpInStore(slot: Slot, load: Load): Promise<LookupResult> {
    const deadline = performance.now() + MAX_WAIT_MS;
    for (;;) {
      const found = this.store.usable && (await this.find(slot).catch(() => undefined));
      if (!found) return [await this.gateOf(slot).share(slot.key, slot.isList, load), 'BYPASS'];
      const { place, taken } = found;
      if ('entry' in taken) {
        const entry = decodeEntry(taken.entry);
        if (entry) return this.serve(found, entry, load);
        // Unreadable: removed, so that the next iteration gets a lease.
        if (await this.store.forget([place], false)) continue;
        return [await this.gateOf(slot).run(load), 'MISS'];
      }
      if (taken.lease !== undefined && !this.usedLeases.has(taken)) {
        this.usedLeases.add(taken);
        return [await this.loadUnderLease(found, taken.lease, load), 'MISS'];
      }
      const loading = this.loads.get(place);
      const loaded = await loading;
      if (loaded?.current) return [loaded.answer, 'MISS'];
      if (performance.now() >= deadline) return [await this.gateOf(slot).run(load), 'MISS'];
      if (!loading) await this.pause(place);
    }
  }

  /** For a list it reads the generation and the entry of the last known one together: they seldom differ. */
  private async find(slot: Slot): Promise<Found> {
    if (!slot.isList) return this.findAt(slot, slot.key);
    const last = this.lastGeneration;
    const [generation, guess] = await Promise.all([
      this.store.generation(),
      last === undefined ? undefined : this.findAt(slot, listPlace(slot.key, last), last),
    ]);
    this.lastGeneration = generation;
    return guess?.generation === generation ? guess : this.findAt(slot, listPlace(slot.key, generation), generation);
  }

  private async findAt(slot: Slot, place: string, generation?: string): Promise<Found> {
    return { ...slot, place, generation, taken: await this.store.take(place) };
  }

  /** Late in an entry's life one reader loads it again; the entry itself is still current. */
  private async serve(found: Found, { answer, refreshAt }: Entry, load: Load): Promise<LookupResult> {
    if (refreshAt > systemTime() || this.loads.has(found.place)) return [answer, 'HIT'];
    const lease = await this.store.renew(found.place).catch(() => undefined);
    return lease === undefined ? [answer, 'HIT'] : [await this.loadUnderLease(found, lease, load), 'MISS'];
  }

  private gateOf({ isList }: Slot): LoadGate {
    return isList ? this.gates.lists : this.gates.others;
  }

  /** Waits before the next look for an entry that another process loads; shared by all readers of this process. */
  private pause(place: string): Promise<void> {
    const present = this.pauses.get(place);
    if (present) return present;
    const pause = sleep(POLL_MS * (0.5 + Math.random())).then(() => void this.pauses.delete(place));
    this.pauses.set(place, pause);
    return pause;
  }

  /** Loads under the caller's lease; other readers of this process get the same answer if it was stored. */
  private async loadUnderLease(found: Found, lease: string, load: Load): Promise<CachedAnswer | null> {
    const { place, generation } = found;
    const answer = this.gateOf(found).run(() => load(generation));
    const loaded = answer.then((value) => this.storeAnswer(found, lease, value));
    this.loads.set(place, loaded);
    const end = () => {
      if (this.loads.get(place) === loaded) this.loads.delete(place);
    };
    void inBackground(loaded.then(end, end));
    try {
      return await answer;
    } catch (error) {
      await this.store.release(place, lease).catch(() => undefined);
      throw error;
    }
  }

  private async storeAnswer(
    { place, isList, lifetime: longest }: Found,
    lease: string,
    answer: CachedAnswer | null,
  ): Promise<Loaded> {
    const lifetime = (answer ? longest : LIFETIMES.absent) * randomOf(LIFE);
    const entry = encodeEntry({ answer, refreshAt: systemTime() + lifetime * randomOf(REFRESH) });
    const stored = await this.store.store(place, lease, entry, lifetime).catch(() => false);
    // A list is always current for readers of its generation, and only they share its place.
    return { answer, current: stored || isList };
  }
}
