import { MemoryEntryStore } from './memory-entry-store.js';

const MINUTE = 60_000;

async function stored(store: MemoryEntryStore, key: string, bytes: Buffer): Promise<void> {
  const { lease = '' } = await store.take(key);
  await store.store(key, lease, bytes, MINUTE);
}

describe('MemoryEntryStore', () => {
  it('keeps no more bytes than it may, those that were asked for last', async () => {
    const store = new MemoryEntryStore({ places: 100, bytes: 1_000 });
    for (const key of ['a', 'b', 'c']) await stored(store, key, Buffer.alloc(300, key));
    expect((await store.take('a')).entry?.toString()).toBe('a'.repeat(300));
    await stored(store, 'd', Buffer.alloc(300, 'd'));
    expect((await store.take('b')).entry).toBeUndefined();
    for (const key of ['a', 'c', 'd']) expect((await store.take(key)).entry).toHaveLength(300);
  });

  it('forgets the oldest leases as well', async () => {
    const store = new MemoryEntryStore({ places: 2, bytes: 1_000 });
    const { lease = '' } = await store.take('a');
    for (const key of ['b', 'c']) await store.take(key);
    expect(await store.store('a', lease, Buffer.from('late'), MINUTE)).toBe(false);
  });

  it('holds no more memory than its entries have bytes', async () => {
    const store = new MemoryEntryStore();
    for (let n = 0; n < 100; n++) await stored(store, `key ${n}`, Buffer.from(`entry ${n}`));
    for (let n = 0; n < 100; n++) {
      const { entry } = await store.take(`key ${n}`);
      // What a slice of a larger buffer keeps alive is all of it.
      expect(entry?.buffer.byteLength).toBe(entry?.length);
    }
  });
});
