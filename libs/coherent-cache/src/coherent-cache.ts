import { inBackground, sleep } from '@app/async';
import { systemTime } from '@app/kernel';
import type { CachedValue, Load, Lookup } from './cached-value.js';
import { decodeEntry, encodeEntry, type Entry } from './entry.js';
import type { EntryStore, Taken } from './entry-store.js';
import { LoadGates } from './load-gate.js';
import { LocalTier } from './local-tier.js';

export interface CoherentCacheOptions {
  /** Milliseconds for which values are also kept in this process; 0 switches that off. */
  localTtlMs: number;
  /** Maximum of concurrent loads; lists get half of them. */
  loadsAtOnce: number;
  /** Lifetime of the knowledge that a value does not exist. */
  absentMs: number;
  /** Increase it when the form of entries changes: one of another format is a miss. */
  format: number;
}

/** The lifetime is multiplied by a random value, so that entries stored together do not expire together. */
const LIFE = { least: 0.9, most: 1 };
/** From a random point late in its life, one reader refreshes an entry. */
const REFRESH = { least: 0.8, most: 0.95 };
/** Longer than two leases, so that a reader that waits for a dead loader becomes the next loader. */
const MAX_WAIT_MS = 2_500;
const POLL_MS = 15;

const randomOf = ({ least, most }: { least: number; most: number }): number => least + Math.random() * (most - least);

interface Slot {
  /** For lists, without the generation. */
  key: string;
  isList: boolean;
  lifetimeMs: number;
}

/** The state in which a reader found a slot. */
interface Found extends Slot {
  /** For lists, with the generation. */
  place: string;
  generation: string | undefined;
  taken: Taken;
}

/** A value, and whether it is still current: nothing was written since its load began. */
interface Loaded<D extends object> {
  value: CachedValue<D> | null;
  current: boolean;
}

/**
 * Allows one loader per entry across all processes, and no value older than the last write.
 *
 * - An unavailable store costs only time: every method resolves as if the cache were empty.
 * - Errors of `load` are passed on and not cached.
 * - A read that starts after `forget` has resolved gets no value loaded before it: always in this process, and while
 *   the store is available in every process that shares it.
 *
 * A reader that misses gets a lease, loads, and can store only under that lease. An invalidation removes entry and
 * lease, so a value loaded before a write is not stored after it. Lists cannot be invalidated one by one: the
 * generation read before the load is part of their key, and a write starts a new generation. Source: "Scaling Memcache
 * at Facebook" (leases), with checking the lease and storing in one step.
 */
export class CoherentCache<D extends object = object> {
  private readonly tier: LocalTier<CachedValue<D>>;
  private readonly gates: LoadGates<CachedValue<D> | null>;
  private readonly loads = new Map<string, Promise<Loaded<D>>>();
  /** Leases in use by a loader: all readers of one turn of the event loop get the same object. */
  private readonly usedLeases = new WeakSet<Taken>();
  private readonly pauses = new Map<string, Promise<void>>();
  /** The generation of lists when last read. */
  private lastGeneration: string | undefined;

  constructor(
    private readonly store: EntryStore,
    private readonly options: CoherentCacheOptions,
  ) {
    this.tier = new LocalTier(options.localTtlMs);
    this.gates = new LoadGates(options.loadsAtOnce);
  }

  /** `lifetimeMs`: the longest time for which the value is kept. */
  single(key: string, lifetimeMs: number, load: Load<D>): Promise<Lookup<D>> {
    return this.lookUp({ key, isList: false, lifetimeMs }, load);
  }

  /** A list becomes stale by `lists` of `forget`, never by its key. */
  list(key: string, lifetimeMs: number, load: Load<D>): Promise<Lookup<D>> {
    return this.lookUp({ key, isList: true, lifetimeMs }, load);
  }

  /** Loads a list that must not be cached, under the same limit as the others. */
  async uncachedList(load: Load<D>): Promise<Lookup<D>> {
    return [await this.gates.of({ isList: true }).run(load), 'BYPASS'];
  }

  /** Await it after the commit. False if it did not reach the shared store and must be delivered later. */
  forget(keys: readonly string[], lists: boolean): Promise<boolean> {
    if (keys.length === 0 && !lists) return Promise.resolve(true);
    this.gates.forget(keys, lists);
    this.tier.forget(keys, lists);
    const forgotten = this.store.forget(keys, lists);
    // Forget again: a read in the meantime may have kept an old value.
    return forgotten.finally(() => this.tier.forget(keys, lists));
  }

  private async lookUp(slot: Slot, load: Load<D>): Promise<Lookup<D>> {
    const local = this.tier.get(slot.key, slot.isList);
    if (local) return [local, 'HIT'];
    const began = this.tier.now();
    const looked = await this.lookUpInStore(slot, load);
    this.tier.put(slot.key, slot.isList, looked[0], began);
    return looked;
  }

  private async lookUpInStore(slot: Slot, load: Load<D>): Promise<Lookup<D>> {
    const deadline = performance.now() + MAX_WAIT_MS;
    for (;;) {
      const found = this.store.usable && (await this.find(slot).catch(() => undefined));
      if (!found) return [await this.gates.of(slot).share(slot.key, load), 'BYPASS'];
      const { place, taken } = found;
      if ('entry' in taken) {
        const entry = decodeEntry<D>(taken.entry, this.options.format);
        if (entry) return this.serve(found, entry, load);
        // Unreadable: removed, so that the next iteration gets a lease.
        if (await this.store.forget([place], false)) continue;
        return [await this.gates.of(slot).run(load), 'MISS'];
      }
      if (taken.lease !== undefined && !this.usedLeases.has(taken)) {
        this.usedLeases.add(taken);
        return [await this.loadUnderLease(found, taken.lease, load), 'MISS'];
      }
      const loading = this.loads.get(place);
      const loaded = await loading;
      if (loaded?.current) return [loaded.value, 'MISS'];
      if (performance.now() >= deadline) return [await this.gates.of(slot).run(load), 'MISS'];
      if (!loading) await this.pause(place);
    }
  }

  /** For a list it reads the generation and the entry of the last known one together: they seldom differ. */
  private async find(slot: Slot): Promise<Found> {
    if (!slot.isList) return this.findAt(slot);
    const last = this.lastGeneration;
    const [generation, guess] = await Promise.all([
      this.store.generation(),
      last === undefined ? undefined : this.findAt(slot, last),
    ]);
    this.lastGeneration = generation;
    return guess?.generation === generation ? guess : this.findAt(slot, generation);
  }

  private async findAt(slot: Slot, generation?: string): Promise<Found> {
    const place = generation === undefined ? slot.key : `${slot.key}:${generation}`;
    return { ...slot, place, generation, taken: await this.store.take(place) };
  }

  /** Late in an entry's life one reader loads it again; the entry itself is still current. */
  private async serve(found: Found, { value, refreshAt }: Entry<D>, load: Load<D>): Promise<Lookup<D>> {
    if (refreshAt > systemTime() || this.loads.has(found.place)) return [value, 'HIT'];
    const lease = await this.store.renew(found.place).catch(() => undefined);
    return lease === undefined ? [value, 'HIT'] : [await this.loadUnderLease(found, lease, load), 'MISS'];
  }

  /** Waits before the next look for an entry that another process loads; shared by all readers of this process. */
  private pause(place: string): Promise<void> {
    const present = this.pauses.get(place);
    if (present) return present;
    const pause = sleep(POLL_MS * (0.5 + Math.random())).then(() => void this.pauses.delete(place));
    this.pauses.set(place, pause);
    return pause;
  }

  /** Loads under the caller's lease; other readers of this process get the same value if it was stored. */
  private async loadUnderLease(found: Found, lease: string, load: Load<D>): Promise<CachedValue<D> | null> {
    const { place, generation } = found;
    const value = this.gates.of(found).run(() => load(generation));
    const loaded = value.then((present) => this.storeValue(found, lease, present));
    this.loads.set(place, loaded);
    const end = () => {
      if (this.loads.get(place) === loaded) this.loads.delete(place);
    };
    void inBackground(loaded.then(end, end));
    try {
      return await value;
    } catch (error) {
      await this.store.release(place, lease).catch(() => undefined);
      throw error;
    }
  }

  private async storeValue(found: Found, lease: string, value: CachedValue<D> | null): Promise<Loaded<D>> {
    const lifetime = (value ? found.lifetimeMs : this.options.absentMs) * randomOf(LIFE);
    const refreshAt = systemTime() + lifetime * randomOf(REFRESH);
    const entry = encodeEntry({ value, refreshAt }, this.options.format);
    const stored = await this.store.store(found.place, lease, entry, lifetime).catch(() => false);
    // A list is always current for readers of its generation, and only they share its place.
    return { value, current: stored || found.isList };
  }
}
