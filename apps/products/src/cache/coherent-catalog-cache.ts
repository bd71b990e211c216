import { hash } from 'node:crypto';
import { inBackground, sleep, systemTime } from '@app/kernel';
import { type CachedAnswer, CatalogCache, type CatalogChange, type Load, type Looked } from './catalog-cache.js';
import { decodeEntry, encodeEntry, type Entry } from './entry.js';
import { EntryStore, type Taken } from './entry-store.js';
import { LoadGate } from './load-gate.js';
import { LocalTier } from './local-tier.js';

const MINUTES = 60_000;
const LIFETIMES = { product: 5 * MINUTES, inventory: 3 * MINUTES, list: 2 * MINUTES, absent: MINUTES / 6 };
/** Entries that began together do not end together. */
const LIFE = { least: 0.9, most: 1 };
/** In the last part of its life, from a point that differs from entry to entry, one reader renews an entry. */
const REFRESH = { least: 0.8, most: 0.95 };
/** Longer than two leases, so that somebody who waits for a loader that has died becomes the next one. */
const PATIENCE_MS = 2_500;
const POLL_MS = 15;
/** Lists that may wait for the database; more would hold the places of all other requests. */
const LISTS_WAITING = 64;

const anyOf = ({ least, most }: { least: number; most: number }): number => least + Math.random() * (most - least);
const productKey = (id: number): string => `{product:${id}}:answer`;
const inventoryKey = (id: number): string => `{product:${id}}:inventory`;
const listKey = (query: string): string => `{list:${hash('sha1', query, 'base64url')}}`;
const listPlace = (key: string, generation: string): string => `${key}:${generation}`;

interface Slot {
  /** Of a list, without its generation. */
  key: string;
  isList: boolean;
  lifetime: number;
}

/** A slot as one reader has found it. */
interface Found extends Slot {
  /** Of a list, with its generation. */
  place: string;
  generation: string | undefined;
  taken: Taken;
}

/** An answer, and whether nothing was written since it began to be loaded. */
interface Loaded {
  answer: CachedAnswer | null;
  current: boolean;
}

/**
 * One loader per entry across all processes, and no answer older than the last write.
 *
 * Whoever finds nothing has left a lease in its place, loads, and stores under that lease alone; an invalidation removes
 * entry and lease, so that what was loaded before a write is not stored after it. Lists cannot be named one by one: the
 * generation that was current before they were loaded is part of their key, and a write begins a new one. Source: "Scaling Memcache at
 * Facebook" (leases), with the lease's check and the store made one step.
 */
export class CoherentCatalogCache extends CatalogCache {
  private readonly tier: LocalTier;
  /** A list takes the database up to a hundred times as long as a product, so they have a way of their own. */
  private readonly gates: { lists: LoadGate; others: LoadGate };
  private readonly leading = new Map<string, Promise<Loaded>>();
  /** Leases under which some reader loads; the others of its turn were given the same one. */
  private readonly begun = new WeakSet<Taken>();
  private readonly pauses = new Map<string, Promise<void>>();
  /** The generation of lists when it was last asked for. */
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

  override product(productId: number, load: Load): Promise<Looked> {
    return this.look({ key: productKey(productId), isList: false, lifetime: LIFETIMES.product }, load);
  }

  override inventory(productId: number, load: Load): Promise<Looked> {
    return this.look({ key: inventoryKey(productId), isList: false, lifetime: LIFETIMES.inventory }, load);
  }

  override list(query: string, load: Load): Promise<Looked> {
    return this.look({ key: listKey(query), isList: true, lifetime: LIFETIMES.list }, load);
  }

  override async uncachedList(load: Load): Promise<Looked> {
    return [await this.gates.lists.run(load), 'BYPASS'];
  }

  override forget({ products = [], inventory = [], lists = false }: CatalogChange): Promise<boolean> {
    const keys = [...products.map(productKey), ...inventory.map(inventoryKey)];
    if (keys.length === 0 && !lists) return Promise.resolve(true);
    for (const gate of Object.values(this.gates)) gate.forget(keys, lists);
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
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      const found = this.store.usable && (await this.find(slot).catch(() => undefined));
      if (!found) return [await this.gateOf(slot).share(slot.key, slot.isList, load), 'BYPASS'];
      const { place, taken } = found;
      if ('entry' in taken) {
        const entry = decodeEntry(taken.entry);
        if (entry) return this.show(found, entry, load);
        // The next look finds nothing in its place and leaves a lease.
        if (await this.store.forget([place], false)) continue;
        return [await this.gateOf(slot).run(load), 'MISS'];
      }
      if (taken.lease !== undefined && !this.begun.has(taken)) {
        this.begun.add(taken);
        return [await this.lead(found, taken.lease, load), 'MISS'];
      }
      const loading = this.leading.get(place);
      const loaded = await loading;
      if (loaded?.current) return [loaded.answer, 'MISS'];
      if (performance.now() >= deadline) return [await this.gateOf(slot).run(load), 'MISS'];
      if (!loading) await this.pause(place);
    }
  }

  /** Of a list, the generation and what the last known one holds are asked for at once: it seldom is another. */
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

  /** An entry late in its life is loaded anew by one reader; nothing was written since it was stored. */
  private async show(found: Found, { answer, refreshAt }: Entry, load: Load): Promise<Looked> {
    if (refreshAt > systemTime() || this.leading.has(found.place)) return [answer, 'HIT'];
    const lease = await this.store.renew(found.place).catch(() => undefined);
    return lease === undefined ? [answer, 'HIT'] : [await this.lead(found, lease, load), 'MISS'];
  }

  private gateOf({ isList }: Slot): LoadGate {
    return isList ? this.gates.lists : this.gates.others;
  }

  /** Until it pays to look again for what another process loads: one look for all readers of this process. */
  private pause(place: string): Promise<void> {
    const present = this.pauses.get(place);
    if (present) return present;
    const pause = sleep(POLL_MS * (0.5 + Math.random())).then(() => void this.pauses.delete(place));
    this.pauses.set(place, pause);
    return pause;
  }

  /** Loads under the caller's lease; the other readers of this process get the same answer if it was stored. */
  private async lead(found: Found, lease: string, load: Load): Promise<CachedAnswer | null> {
    const { place, generation } = found;
    const answer = this.gateOf(found).run(() => load(generation));
    const loaded = answer.then((value) => this.keep(found, lease, value));
    this.leading.set(place, loaded);
    const end = () => {
      if (this.leading.get(place) === loaded) this.leading.delete(place);
    };
    void inBackground(loaded.then(end, end));
    try {
      return await answer;
    } catch (error) {
      await this.store.release(place, lease).catch(() => undefined);
      throw error;
    }
  }

  private async keep(
    { place, isList, lifetime: longest }: Found,
    lease: string,
    answer: CachedAnswer | null,
  ): Promise<Loaded> {
    const lifetime = (answer ? longest : LIFETIMES.absent) * anyOf(LIFE);
    const entry = encodeEntry({ answer, refreshAt: systemTime() + lifetime * anyOf(REFRESH) });
    const stored = await this.store.store(place, lease, entry, lifetime).catch(() => false);
    // A list is as new as its generation, whose readers alone share its place.
    return { answer, current: stored || isList };
  }
}
