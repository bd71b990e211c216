import { MemoryEntryStore } from './memory-entry-store.js';

const MINUTE = 60_000;

const leaseOf = async (store: MemoryEntryStore, key: string) => {
  const taken = await store.take(key);
  return ('lease' in taken && taken.lease) || '';
};
const entryOf = async (store: MemoryEntryStore, key: string) => {
  const taken = await store.take(key);
  return 'entry' in taken ? taken.entry : undefined;
};

async function stored(store: MemoryEntryStore, key: string, bytes: Buffer): Promise<void> {
  await store.store(key, await leaseOf(store, key), bytes, MINUTE);
}

describe('MemoryEntryStore', () => {
  it('keeps at most the allowed bytes, those used last', async () => {
    const store = new MemoryEntryStore({ places: 100, bytes: 1_000 });
    for (const key of ['a', 'b', 'c']) await stored(store, key, Buffer.alloc(300, key));
    expect((await entryOf(store, 'a'))?.toString()).toBe('a'.repeat(300));
    await stored(store, 'd', Buffer.alloc(300, 'd'));
    expect(await entryOf(store, 'b')).toBeUndefined();
    for (const key of ['a', 'c', 'd']) expect(await entryOf(store, key)).toHaveLength(300);
  });

  it('also drops the oldest leases', async () => {
    const store = new MemoryEntryStore({ places: 2, bytes: 1_000 });
    const lease = await leaseOf(store, 'a');
    for (const key of ['b', 'c']) await store.take(key);
    expect(await store.store('a', lease, Buffer.from('late'), MINUTE)).toBe(false);
  });

  it('uses no more memory than the bytes of its entries', async () => {
    const store = new MemoryEntryStore();
    for (let n = 0; n < 100; n++) await stored(store, `key ${n}`, Buffer.from(`entry ${n}`));
    for (let n = 0; n < 100; n++) {
      const entry = await entryOf(store, `key ${n}`);
      // A slice would keep its whole buffer in memory.
      expect(entry?.buffer.byteLength).toBe(entry?.length);
    }
  });
});
