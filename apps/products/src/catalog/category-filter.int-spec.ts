import { Database, openDataSource } from '@app/database';
import { describeOnEachDatabase } from '../../../../test/support/databases.js';
import { productsDatabase } from '../database/data-source.js';
import { CategoryFilter, type CategoryRequest } from './category-filter.js';

describeOnEachDatabase('The products of categories', (databaseUrl, kind) => {
  let database: Database;

  /** Product n is in category n % 4 + 1, every sixth one also in category 9. 2 and 3 are below 1, 4 is below 3. */
  beforeAll(async () => {
    database = new Database(await openDataSource(productsDatabase({ url: databaseUrl(), poolSize: 2 })));
    for (const [id, parent] of [
      [1, null],
      [2, 1],
      [3, 1],
      [4, 3],
      [9, null],
    ]) {
      await database.execute(
        `INSERT INTO categories (category_id, name, slug, parent_id, position, renaming, created_at, updated_at, version)
         VALUES (?, 'x', ?, ?, 0, 0, '2026-01-01', '2026-01-01', 1)`,
        [id, `s${id}`, parent],
      );
    }
    for (let n = 1; n <= 60; n++) {
      await database.execute(
        `INSERT INTO products (product_id, sku, name, price, tax_category, status, name_key, search_words, created_at, updated_at, version)
         VALUES (?, ?, 'x', ?, 'standard', 'active', 'x', '', '2026-01-01', '2026-01-01', 1)`,
        [n, `p${n}`, n],
      );
      await database.execute('INSERT INTO product_categories VALUES (?, 0, ?)', [n, (n % 4) + 1]);
      if (n % 6 === 0) await database.execute('INSERT INTO product_categories VALUES (?, 1, 9)', [n]);
    }
  }, 30_000);
  afterAll(() => database?.close());

  const found = async (request: CategoryRequest, sortedRows: number) => {
    const { conditions, most } = await new CategoryFilter(database, sortedRows).find(request, 1_000);
    const where = conditions.map(([sql]) => sql).join(' AND ') || '1 = 1';
    const params = conditions.flatMap(([, each]) => each);
    const sql = `SELECT p.product_id AS id FROM products p WHERE ${where} ORDER BY p.product_id`;
    return { ids: (await database.query<{ id: number }>(sql, params)).map(({ id }) => id), most };
  };
  const all = Array.from({ length: 60 }, (_, n) => n + 1);
  const wanted: [CategoryRequest, number[]][] = [
    [{}, all],
    [{ category_id: 3 }, all.filter((n) => n % 4 === 2)],
    [{ category_id: 3, descendants: false }, all.filter((n) => n % 4 === 2)],
    [{ category_id: 3, descendants: true }, all.filter((n) => n % 4 >= 2)],
    [{ category_id: 1, descendants: true }, all],
    [{ category_id: 9, descendants: true }, all.filter((n) => n % 6 === 0)],
    [{ category_id: 7, descendants: true }, []],
  ];

  it.each(wanted)('%j are the same, found by their category or read in the order of the list', async (request, ids) => {
    expect((await found(request, 60)).ids).toEqual(ids);
    expect((await found(request, 3)).ids).toEqual(ids);
  });

  it('are about as many as the server says where it reads in order', async () => {
    const [few, many] = [await found({ category_id: 9 }, 60), await found({ category_id: 9 }, 3)];
    expect(few.most).toBe(Infinity);
    expect(many.most).toBe(kind === 'mysql' ? 10 : Infinity);
  });
});
