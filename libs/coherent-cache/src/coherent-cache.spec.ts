import type { CachedValue, Load } from './cached-value.js';
import { CoherentCache } from './coherent-cache.js';
import { MemoryEntryStore } from './memory-entry-store.js';

const LIFETIME = 300_000;
const FORMAT = 2;

const value = (version: number): CachedValue => ({
  bytes: Buffer.from(`{"version":${version}}`),
  tag: `"${version}"`,
  details: { version },
});
const newCache = (store = new MemoryEntryStore(), localTtlMs = 0): CoherentCache =>
  new CoherentCache(store, { localTtlMs, loadsAtOnce: 4, absentMs: 10_000, format: FORMAT });
const loading =
  (version: number): Load =>
  async () =>
    value(version);

/** A load that reports its start, and returns when the test lets it. */
function gate() {
  let resolve: (loaded: CachedValue) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  let begin: () => void = () => undefined;
  const promise = new Promise<CachedValue>((done, fail) => ([resolve, reject] = [done, fail]));
  const begun = new Promise<void>((done) => (begin = done));
  const load = jest.fn(() => {
    begin();
    return promise;
  });
  return { load, begun, resolve: (loaded: CachedValue) => resolve(loaded), reject: (error: Error) => reject(error) };
}

afterEach(() => jest.restoreAllMocks());

describe('CoherentCache', () => {
  it('loads once and then returns the cached value', async () => {
    const cache = newCache();
    const load = jest.fn(loading(1));
    expect(await cache.single('one', LIFETIME, load)).toEqual([value(1), 'MISS']);
    expect(await cache.single('one', LIFETIME, load)).toEqual([value(1), 'HIT']);
    expect(load).toHaveBeenCalledTimes(1);
  });

  it('keeps keys and lists apart', async () => {
    const cache = newCache();
    await cache.single('one', LIFETIME, loading(1));
    expect((await cache.single('two', LIFETIME, loading(2)))[1]).toBe('MISS');
    expect((await cache.list('one', LIFETIME, loading(3)))[1]).toBe('MISS');
    expect(await cache.list('one', LIFETIME, loading(4))).toEqual([value(3), 'HIT']);
  });

  it('caches for a while that something does not exist, until it is created', async () => {
    const cache = newCache();
    const load = jest.fn(async () => null);
    expect(await cache.single('one', LIFETIME, load)).toEqual([null, 'MISS']);
    expect(await cache.single('one', LIFETIME, load)).toEqual([null, 'HIT']);
    await cache.forget(['one'], false);
    expect(await cache.single('one', LIFETIME, loading(1))).toEqual([value(1), 'MISS']);
    jest.spyOn(performance, 'now').mockReturnValue(performance.now() + 10_001);
    expect((await cache.single('one', LIFETIME, loading(1)))[1]).toBe('HIT');
  });

  it('shares one load among concurrent readers, also of several processes', async () => {
    const store = new MemoryEntryStore();
    const caches = [newCache(store), newCache(store)];
    const { load, resolve, begun } = gate();
    const readers = Promise.all(caches.flatMap((cache) => [1, 2, 3].map(() => cache.single('one', LIFETIME, load))));
    await begun;
    resolve(value(1));
    expect((await readers).map(([found]) => found)).toEqual(Array.from({ length: 6 }, () => value(1)));
    expect(load).toHaveBeenCalledTimes(1);
  });

  it.each(['this process', 'another process'])('keeps no value loaded before a write of %s', async (writer) => {
    const store = new MemoryEntryStore();
    const cache = newCache(store);
    const { load, begun, resolve } = gate();
    const early = cache.single('one', LIFETIME, load);
    await begun;
    await (writer === 'this process' ? cache : newCache(store)).forget(['one'], false);
    const late = cache.single('one', LIFETIME, loading(2));
    resolve(value(1));
    expect([(await early)[0], (await late)[0]]).toEqual([value(1), value(2)]);
    expect(await cache.single('one', LIFETIME, loading(3))).toEqual([value(2), 'HIT']);
  });

  it('keeps no list loaded before a write', async () => {
    const cache = newCache();
    const { load, begun, resolve } = gate();
    const early = cache.list('a', LIFETIME, load);
    await begun;
    await cache.forget([], true);
    const late = cache.list('a', LIFETIME, loading(2));
    expect((await late)[0]).toEqual(value(2));
    resolve(value(1));
    expect((await early)[0]).toEqual(value(1));
    expect((await cache.list('a', LIFETIME, loading(3)))[0]).not.toEqual(value(1));
  });

  it('lets one reader refresh an entry late in its life, while the others get the old one', async () => {
    const cache = newCache();
    // The longest lifetime.
    jest.spyOn(Math, 'random').mockReturnValue(1);
    await cache.single('one', LIFETIME, loading(1));
    jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 0.96 * LIFETIME);
    const { load, begun, resolve } = gate();
    const renewing = cache.single('one', LIFETIME, load);
    await begun;
    expect(await cache.single('one', LIFETIME, load)).toEqual([value(1), 'HIT']);
    resolve(value(2));
    expect(await renewing).toEqual([value(2), 'MISS']);
    expect(await cache.single('one', LIFETIME, load)).toEqual([value(2), 'HIT']);
    expect(load).toHaveBeenCalledTimes(1);
  });

  it('spreads the expiry of entries that were stored together', async () => {
    const store = new MemoryEntryStore();
    const kept = jest.spyOn(store, 'store');
    const cache = newCache(store);
    for (let id = 1; id <= 20; id++) await cache.single(`${id}`, LIFETIME, loading(id));
    const ends = kept.mock.calls.map(([, , entry]) => Number(/\[(\d+)/.exec(entry.toString())?.[1]) - Date.now());
    expect(Math.max(...ends) - Math.min(...ends)).toBeGreaterThan(15_000);
    expect(Math.max(...ends)).toBeLessThanOrEqual(0.95 * LIFETIME);
    const lives = kept.mock.calls.map(([, , , lifetimeMs]) => lifetimeMs);
    expect(Math.max(...lives) - Math.min(...lives)).toBeGreaterThan(10_000);
    expect(Math.max(...lives)).toBeLessThanOrEqual(LIFETIME);
  });

  it('passes a failed load on to all waiting readers, and does not cache it', async () => {
    const cache = newCache();
    const { load, begun, reject } = gate();
    const readers = [cache.single('one', LIFETIME, load), cache.single('one', LIFETIME, load)];
    await begun;
    reject(new Error('no'));
    for (const outcome of await Promise.allSettled(readers)) expect(outcome.status).toBe('rejected');
    expect(load).toHaveBeenCalledTimes(1);
    expect(await cache.single('one', LIFETIME, loading(1))).toEqual([value(1), 'MISS']);
  });

  it('takes over from a loader that died', async () => {
    const store = new MemoryEntryStore();
    const dead = newCache(store).single('one', LIFETIME, () => new Promise(() => undefined));
    expect(await newCache(store).single('one', LIFETIME, loading(2))).toEqual([value(2), 'MISS']);
    expect(dead).toBeInstanceOf(Promise);
  });

  it('loads from the database while the store is unavailable, a few at a time', async () => {
    const store = new MemoryEntryStore();
    Object.assign(store, { usable: false });
    const cache = newCache(store);
    let [running, most] = [0, 0];
    const load: Load = async () => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
      return value(1);
    };
    const found = await Promise.all(Array.from({ length: 40 }, (_, id) => cache.single(`${id}`, LIFETIME, load)));
    expect([most, new Set(found.map(([, origin]) => origin))]).toEqual([4, new Set(['BYPASS'])]);
    await cache.forget(['1'], true);
  });

  it.each([
    { store: 'there', usable: true },
    { store: 'away', usable: false },
  ])('reads single values while all lists wait for the database, with the store $store', async ({ usable }) => {
    const store = new MemoryEntryStore();
    Object.assign(store, { usable });
    const cache = newCache(store);
    const { load, begun, resolve } = gate();
    const waiting = Array.from({ length: 40 }, (_, n) => cache.list(`list ${n}`, LIFETIME, load));
    waiting.push(cache.uncachedList(load));
    await begun;
    expect((await cache.single('one', LIFETIME, loading(1)))[0]).toEqual(value(1));
    resolve(value(2));
    for (const [list] of await Promise.all(waiting)) expect(list).toEqual(value(2));
  });

  it('refuses lists while too many are waiting, and accepts later ones', async () => {
    const cache = newCache();
    const { load, begun, resolve } = gate();
    const waiting = Array.from({ length: 100 }, (_, n) => cache.list(`list ${n}`, LIFETIME, load));
    await begun;
    const refused = Promise.allSettled(waiting).then((all) => all.filter(({ status }) => status === 'rejected'));
    await expect(cache.uncachedList(load)).rejects.toMatchObject({ code: 'overloaded' });
    resolve(value(2));
    // Two load at once and 64 may wait.
    expect(await refused).toHaveLength(100 - 2 - 64);
    expect(await cache.list('list 99', LIFETIME, loading(3))).toEqual([value(3), 'MISS']);
  });

  // In the future: an old entry would be loaded again anyway.
  const FRESH = 8_640_000_000_000_000;

  it.each([
    ['no line', '['],
    ['half a line of JSON', `[${FRESH},"\n{}`],
    ['no JSON', 'garbage\n{}'],
    ['another shape', `["${FRESH}",1,null,${FORMAT}]\n{}`],
    ['a tag that is no text', `[${FRESH},1,null,${FORMAT}]\n{}`],
    ['an older format', `[${FRESH},"\\"1\\"",null]\n{}`],
    ['a newer format', `[${FRESH},"\\"1\\"",null,999]\n{}`],
    ['as many bytes as a lease has', 'x'.repeat(36)],
    ['nothing', ''],
  ])('treats %s in the place of an entry as a miss, and overwrites it', async (_, damaged) => {
    const store = new MemoryEntryStore();
    const cache = newCache(store);
    const taken = await store.take('one');
    await store.store('one', 'lease' in taken ? String(taken.lease) : '', Buffer.from(damaged), 60_000);
    expect(await cache.single('one', LIFETIME, loading(1))).toEqual([value(1), 'MISS']);
    expect(await cache.single('one', LIFETIME, loading(2))).toEqual([value(1), 'HIT']);
  });

  it('shares no load that began before a write while the store is unavailable', async () => {
    const store = new MemoryEntryStore();
    Object.assign(store, { usable: false });
    const cache = newCache(store);
    const { load, begun, resolve } = gate();
    const early = [cache.single('one', LIFETIME, load), cache.list('a', LIFETIME, load)];
    await begun;
    await cache.forget(['one'], true);
    expect((await cache.single('one', LIFETIME, loading(2)))[0]).toEqual(value(2));
    expect((await cache.list('a', LIFETIME, loading(2)))[0]).toEqual(value(2));
    resolve(value(1));
    await Promise.all(early);
  });
});

describe('with a local tier', () => {
  it('another process sees a write after the tier’s lifetime at most, the writing one at once', async () => {
    const store = new MemoryEntryStore();
    const [writer, other] = [newCache(store, 1_000), newCache(store, 1_000)];
    for (const cache of [writer, other]) {
      await cache.single('one', LIFETIME, loading(1));
      await cache.list('a', LIFETIME, loading(1));
    }
    await writer.forget(['one'], true);
    expect((await writer.single('one', LIFETIME, loading(2)))[0]).toEqual(value(2));
    expect((await writer.list('a', LIFETIME, loading(2)))[0]).toEqual(value(2));
    expect((await other.single('one', LIFETIME, loading(2)))[0]).toEqual(value(1));
    jest.spyOn(performance, 'now').mockReturnValue(performance.now() + 1_001);
    expect((await other.single('one', LIFETIME, loading(3)))[0]).toEqual(value(2));
    expect((await other.list('a', LIFETIME, loading(3)))[0]).toEqual(value(2));
  });

  it('does not keep what was read during an invalidation', async () => {
    const cache = newCache(new MemoryEntryStore(), 1_000);
    const { load, begun, resolve } = gate();
    const early = cache.single('one', LIFETIME, load);
    await begun;
    await cache.forget(['one'], false);
    resolve(value(1));
    await early;
    expect((await cache.single('one', LIFETIME, loading(2)))[0]).toEqual(value(2));
  });
});
