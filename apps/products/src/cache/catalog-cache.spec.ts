import { MemoryEntryStore } from '@app/coherent-cache';
import { CatalogCache } from './catalog-cache.js';

const load = async () => ({ bytes: Buffer.from('{}'), tag: '"1"' });
const newCache = (store = new MemoryEntryStore()) => new CatalogCache(store, { localTtlMs: 0, loadsAtOnce: 4 });

afterEach(() => jest.restoreAllMocks());

describe('CatalogCache', () => {
  it.each([
    ['a product', { products: [1] }],
    ['an inventory', { inventory: [1] }],
    ['lists', { lists: true }],
  ])('forgets %s and nothing else', async (_, change) => {
    const cache = newCache();
    const read = async () => ({
      products: [(await cache.product(1, load))[1], (await cache.product(2, load))[1]],
      inventory: [(await cache.inventory(1, load))[1], (await cache.inventory(2, load))[1]],
      lists: [(await cache.list('a', load))[1], (await cache.list('b', load))[1]],
    });
    const misses = { products: ['MISS', 'MISS'], inventory: ['MISS', 'MISS'], lists: ['MISS', 'MISS'] };
    expect(await read()).toEqual(misses);
    await cache.forget(change);
    const [kind = 'lists'] = Object.keys(change) as (keyof typeof misses)[];
    const hits = { products: ['HIT', 'HIT'], inventory: ['HIT', 'HIT'], lists: ['HIT', 'HIT'] };
    expect(await read()).toEqual({ ...hits, [kind]: kind === 'lists' ? ['MISS', 'MISS'] : ['MISS', 'HIT'] });
  });

  it('keeps a product 5 min, its inventory 3, a list 2, and that nothing exists 10 s', async () => {
    // The longest lifetimes.
    jest.spyOn(Math, 'random').mockReturnValue(1);
    const store = new MemoryEntryStore();
    const kept = jest.spyOn(store, 'store');
    const cache = newCache(store);
    await cache.product(1, load);
    await cache.inventory(1, load);
    await cache.list('a', load);
    await cache.product(2, async () => null);
    expect(kept.mock.calls.map(([, , , lifetimeMs]) => lifetimeMs)).toEqual([300_000, 180_000, 120_000, 10_000]);
  });
});
