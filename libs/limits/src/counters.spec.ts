import { MemoryCounters } from './counters.js';

describe('MemoryCounters', () => {
  let now = 0;
  beforeEach(() => (now = 1_000));

  it('counts each key in windows that its first hit opens', async () => {
    const counters = new MemoryCounters(() => now);
    await counters.increment('a', 60_000);
    now += 20_000;
    expect(await counters.increment('a', 60_000)).toEqual({ hits: 2, msLeft: 40_000 });
    expect(await counters.increment('b', 60_000)).toEqual({ hits: 1, msLeft: 60_000 });
    now += 40_000;
    expect(await counters.increment('a', 60_000)).toEqual({ hits: 1, msLeft: 60_000 });
    expect(await counters.increment('b', 60_000)).toMatchObject({ hits: 2 });
  });

  it('holds a limited number of keys, and evicts the oldest', async () => {
    const counters = new MemoryCounters(() => now, 3);
    for (const key of ['a', 'b', 'c', 'd', 'e']) await counters.increment(key, 60_000);
    expect(await counters.increment('e', 60_000)).toMatchObject({ hits: 2 });
    expect(await counters.increment('a', 60_000)).toMatchObject({ hits: 1 });
  });
});
