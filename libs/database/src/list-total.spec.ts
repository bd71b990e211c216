import type { Database } from './database.js';
import { runWithin } from './list-total.js';

describe('The time of a list', () => {
  const limits = async (since?: number): Promise<number> => {
    const given: number[] = [];
    const database = { queryWithin: (ms: number) => Promise.resolve(given.push(ms)) } as unknown as Database;
    await runWithin(database, 250, since)('SELECT 1', []);
    return given[0] ?? 0;
  };

  it('is all for its first statement', async () => expect(await limits()).toBe(250));

  it('is what other statements have left, and never none', async () => {
    expect(await limits(performance.now() - 120)).toBe(100);
    expect(await limits(performance.now() - 9_000)).toBe(10);
  });
});
