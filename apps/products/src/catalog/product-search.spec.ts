import type { Database } from '@app/database';
import { createCache } from 'cache-manager';
import { KnownValues } from '../cache/known-values.js';
import { ProductSearch } from './product-search.js';
import type { Terms } from './search-terms.js';

const exact = (...words: string[]): Terms[] => words.map((word) => [{ word, isPrefix: false }]);

/** A catalog in which every product has both words. */
function search(dialect: Database['dialect']) {
  const query = (_sql: string, ids: number[] = []) =>
    Promise.resolve(ids.length === 0 ? [{ id: 400 }] : ids.map(() => ({ words: ' t_mouse t_kettle ' })));
  return new ProductSearch({ dialect, query } as unknown as Database, new KnownValues(createCache()));
}

describe('common words', () => {
  const found = async (dialect: Database['dialect']) =>
    (await search(dialect).find(exact('t_mouse', 't_kettle'))).conditions.map(([, params]) => params);

  it('are all looked up in the embedded database, where a scan of all products would block the process', async () => {
    expect(await found('sqlite')).toEqual([['(t_mouse) AND (t_kettle)']]);
  });

  it('are read in the order of the list on a server, whose index takes longer and ignores the time limit', async () => {
    expect(await found('mysql')).toEqual([[' t_mouse '], [' t_kettle ']]);
  });
});
