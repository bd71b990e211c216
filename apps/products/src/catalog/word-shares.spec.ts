import type { Database } from '@app/database';
import { createCache } from 'cache-manager';
import { KnownValues } from '../cache/known-values.js';
import type { Terms } from './search-terms.js';
import { WordShares } from './word-shares.js';

/** A catalog: every product has the word `all`, every tenth is a lamp, every 50th blue, and each has a number. */
function catalog(values = new KnownValues(createCache())) {
  const words = (id: number) =>
    ` ${['t_all', ...(id % 10 === 0 ? ['t_lamp'] : []), ...(id % 50 === 0 ? ['t_blue'] : []), `t_${id}`].join(' ')} `;
  const query = jest.fn(async (_sql: string, ids: number[] = []) =>
    ids.length === 0 ? [{ id: 400 }] : [...new Set(ids)].map((id) => ({ words: words(id) })),
  );
  return { query, shares: new WordShares({ query } as unknown as Database, values) };
}

const exact = (...words: string[]): Terms[] => words.map((word) => [{ word, isPrefix: false }]);
const beginning = (word: string): Terms[] => [[{ word, isPrefix: true }]];

afterEach(() => jest.restoreAllMocks());

describe('WordShares', () => {
  it.each([
    { words: ['t_none'], indexed: ['t_none'], read: [] },
    { words: ['t_all', 't_1234567', 't_lamp'], indexed: ['t_1234567'], read: ['t_lamp', 't_all'] },
    { words: ['t_one', 't_two'], indexed: ['t_one', 't_two'], read: [] },
    { words: ['t_all', 't_blue'], indexed: ['t_blue'], read: ['t_all'] },
    { words: ['t_all', 't_lamp'], indexed: [], read: ['t_lamp', 't_all'] },
    { words: ['t_all'], indexed: [], read: ['t_all'] },
  ])('looks up $indexed of $words and reads the rest', async ({ words, indexed, read }) => {
    const plan = await catalog().shares.plan(exact(...words));
    expect(plan).toMatchObject({ indexed: exact(...indexed), read: exact(...read) });
  });

  it('returns the expected share of products with the words it reads', async () => {
    expect((await catalog().shares.plan(exact('t_all', 't_lamp'))).share).toBeCloseTo(0.1, 1);
    expect((await catalog().shares.plan(exact('t_none'))).share).toBe(1);
  });

  it('counts products with several alternatives, or several words with a prefix, once', async () => {
    const share = async (terms: Terms[]) => (await catalog().shares.plan(terms)).read.length;
    // Only numbers begin with 1 to 9, and each digit alone is common enough to be read.
    expect(await share(beginning('t_la'))).toBe(1);
    expect(await share(beginning('t_lamps'))).toBe(0);
    const either = [...exact('t_blue')[0]!, ...exact('t_lamp')[0]!, ...beginning('t_lam')[0]!];
    expect((await catalog().shares.plan([either])).share).toBeCloseTo(0.1, 1);
  });

  it('samples the catalog once a minute, and again after a failure', async () => {
    const { query, shares } = catalog();
    query.mockRejectedValueOnce(new Error('away'));
    await expect(shares.plan(exact('t_all'))).rejects.toThrow('away');
    for (let n = 0; n < 5; n++) await shares.plan(exact('t_all'));
    expect(query).toHaveBeenCalledTimes(3);
    jest.spyOn(performance, 'now').mockReturnValue(performance.now() + 60_001);
    jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 60_001);
    await shares.plan(exact('t_all'));
    expect(query).toHaveBeenCalledTimes(5);
  });

  it('takes the sample of another process, unless something else is in its place', async () => {
    const cache = createCache();
    const [first, second] = [catalog(new KnownValues(cache)), catalog(new KnownValues(cache))];
    await first.shares.plan(exact('t_all'));
    expect((await second.shares.plan(exact('t_all', 't_lamp'))).share).toBeCloseTo(0.1, 1);
    expect(second.query).not.toHaveBeenCalled();
    await cache.set('word-sample', [1, 2]);
    const third = catalog(new KnownValues(cache));
    await third.shares.plan(exact('t_all'));
    expect(third.query).toHaveBeenCalledTimes(2);
  });
});
