import { createCache } from 'cache-manager';
import type { AnswerStore } from './answer-store.js';
import type { CachedAnswer } from './catalog-cache.js';
import { MemoryStore } from './memory-store.js';
import { StoreCatalogCache } from './store-catalog-cache.js';

const answer = (version: number): CachedAnswer => ({ json: `{"version":${version}}`, etag: `"${version}"` });

function newCache(store: AnswerStore = new MemoryStore()): StoreCatalogCache {
  return new StoreCatalogCache(createCache({ stores: [store.keyv] }), store);
}

/** A load that tells when it began, and answers when the test says so. */
function gate() {
  let resolve: (value: CachedAnswer) => void = () => undefined;
  let begin: () => void = () => undefined;
  const promise = new Promise<CachedAnswer>((done) => (resolve = done));
  const begun = new Promise<void>((done) => (begin = done));
  const load = jest.fn(() => {
    begin();
    return promise;
  });
  return { load, begun, resolve: (value: CachedAnswer) => resolve(value) };
}

describe('StoreCatalogCache', () => {
  it('loads once and answers from memory afterwards', async () => {
    const cache = newCache();
    const load = jest.fn(async () => answer(1));
    expect(await cache.product(1, load)).toEqual([answer(1), 'MISS']);
    expect(await cache.product(1, load)).toEqual([answer(1), 'HIT']);
    expect(load).toHaveBeenCalledTimes(1);
  });

  it('keeps product, inventory and lists apart', async () => {
    const cache = newCache();
    await cache.product(1, async () => answer(1));
    expect((await cache.inventory(1, async () => answer(2)))[1]).toBe('MISS');
    expect((await cache.product(2, async () => answer(3)))[1]).toBe('MISS');
    expect((await cache.list('a', async () => answer(4)))[1]).toBe('MISS');
    expect(await cache.list('a', async () => answer(5))).toEqual([answer(4), 'HIT']);
  });

  it('shares one load among simultaneous readers', async () => {
    const cache = newCache();
    const { load, resolve } = gate();
    const readers = Promise.all([1, 2, 3].map(() => cache.product(1, load)));
    resolve(answer(1));
    expect(await readers).toEqual([1, 2, 3].map(() => [answer(1), 'MISS']));
    expect(load).toHaveBeenCalledTimes(1);
  });

  it('does not keep an answer that was loaded before a write', async () => {
    const cache = newCache();
    const { load, begun, resolve } = gate();
    const early = cache.product(1, load);
    await begun;
    await cache.forget({ products: [1] });
    const late = cache.product(1, async () => answer(2));
    resolve(answer(1));
    expect([(await early)[0], (await late)[0]]).toEqual([answer(1), answer(2)]);
    expect(await cache.product(1, async () => answer(3))).toEqual([answer(2), 'HIT']);
  });

  it('forgets lists as a whole', async () => {
    const cache = newCache();
    await cache.list('a', async () => answer(1));
    await cache.forget({ lists: true });
    expect(await cache.list('a', async () => answer(2))).toEqual([answer(2), 'MISS']);
  });

  it('passes a failed load on and keeps nothing of it', async () => {
    const cache = newCache();
    await expect(cache.product(1, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await cache.product(1, async () => answer(1))).toEqual([answer(1), 'MISS']);
  });

  it('looks nowhere while the store is away', async () => {
    const { keyv } = new MemoryStore();
    const away: AnswerStore = {
      keyv,
      reachable: false,
      usable: false,
      ping: async () => undefined,
      close: () => undefined,
    };
    const cache = newCache(away);
    for (const version of [1, 2]) {
      expect(await cache.product(1, async () => answer(version))).toEqual([answer(version), 'BYPASS']);
      expect(await cache.list('a', async () => answer(version))).toEqual([answer(version), 'BYPASS']);
    }
    await cache.forget({ products: [1], inventory: [1], lists: true });
  });
});
