import { randomUUID } from 'node:crypto';
import { describeOnEachDatabase } from '../../../../test/support/databases.js';
import { at, ProductsService, type SomeProduct } from '../../../../test/support/products-service.js';
import { MAX_CATEGORIES, MAX_DEPTH } from './categories.errors.js';
import { RenamedProductsService } from './renamed-products.service.js';
import { RenamedProductsSweeper } from './renamed-products.sweeper.js';

interface Problem {
  code: string;
  errors?: { pointer: string; code: string }[];
}

interface SomeCategory {
  category_id: number;
  name: string;
  slug: string;
  parent_id: number | null;
  version: number;
}

type InCategories = SomeProduct & { category: string | null; category_ids: number[] };

const unique = (word = 'c') => `${word}-${randomUUID().slice(0, 8)}`;
const path = ({ category_id }: SomeCategory) => `/categories/${category_id}`;

describeOnEachDatabase('Categories', (databaseUrl) => {
  let service: ProductsService;

  beforeAll(async () => {
    service = await ProductsService.start(databaseUrl());
  }, 30_000);
  afterAll(() => service?.stop());
  afterEach(() => jest.restoreAllMocks());

  const add = async (parent: SomeCategory | null = null, fields: object = {}): Promise<SomeCategory> => {
    const body = { name: 'Mice', slug: unique(), parent_id: parent?.category_id ?? null, ...fields };
    const created = await service.staff<SomeCategory>('POST', '/categories', body);
    expect(created.status).toBe(201);
    return created.body;
  };
  const move = (category: SomeCategory, parent: SomeCategory | null) =>
    service.staff<Problem & SomeCategory>('PUT', path(category), { parent_id: parent?.category_id ?? null });
  const tree = async () => (await service.read<{ categories: SomeCategory[] }>('/categories')).body.categories;
  const product = (categories: SomeCategory[], fields: object = {}) =>
    service.product({
      category_ids: categories.map(({ category_id }) => category_id),
      ...fields,
    }) as Promise<InCategories>;
  const read = async (one: SomeProduct) => (await service.read<InCategories>(at(one))).body;
  const refused = ({ status, body }: { status: number; body: Problem }) => [
    status,
    body.code,
    ...(body.errors ?? []).map(({ pointer }) => pointer),
  ];

  describe('as a tree', () => {
    it('are created as documented, once for a key', async () => {
      const body = { name: ' Mice ', slug: unique(), position: 3 };
      const headers = { 'idempotency-key': randomUUID() };
      const created = await service.staff<SomeCategory>('POST', '/categories', body, headers);
      expect([created.status, created.headers['location'], created.headers['etag']]).toEqual([
        201,
        `/categories/${created.body.category_id}`,
        '"1"',
      ]);
      expect(created.body).toEqual({
        category_id: expect.any(Number),
        name: 'Mice',
        slug: body.slug,
        parent_id: null,
        position: 3,
        created_at: expect.stringMatching(/^\d{4}-/),
        updated_at: expect.stringMatching(/^\d{4}-/),
        version: 1,
      });
      expect((await service.staff('POST', '/categories', body, headers)).body).toEqual(created.body);
      const shown = await service.read(path(created.body));
      expect([shown.body, shown.headers['etag']]).toEqual([created.body, '"1"']);
      expect((await tree()).filter(({ slug }) => slug === body.slug)).toEqual([created.body]);
    });

    it('list parents before children, siblings by position and then by name', async () => {
      const root = await add(null, { position: 1_000_000 });
      const [late, b, a] = [
        await add(root, { name: 'Aa', position: 2 }),
        await add(root, { name: 'éb' }),
        await add(root, { name: 'Ea' }),
      ];
      const child = await add(a);
      const ids = (await tree()).map(({ category_id }) => category_id);
      const expected = [root, a, child, b, late].map(({ category_id }) => category_id);
      expect(ids.slice(ids.indexOf(root.category_id))).toEqual(expected);
      expect(ids).toHaveLength(new Set(ids).size);
    });

    it('keep what a change leaves out, with If-Match, and are cached until it', async () => {
      const category = await add(null, { position: 7 });
      for (const origin of ['MISS', 'HIT']) {
        expect((await service.read(path(category))).headers['x-cache']).toBe(origin);
        await tree();
      }
      const changed = await service.staff('PUT', path(category), { name: 'Rats' }, { 'if-match': '"1"' });
      expect([changed.status, changed.body]).toMatchObject([
        200,
        { name: 'Rats', slug: category.slug, position: 7, version: 2 },
      ]);
      expect((await service.read(path(category))).body).toEqual(changed.body);
      expect(await tree()).toContainEqual(changed.body);
      expect(refused(await service.staff<Problem>('PUT', path(category), {}, { 'if-match': '"1"' }))).toEqual([
        412,
        'precondition-failed',
      ]);
    });

    it('refuse what is not theirs', async () => {
      const [category, other] = [await add(), await add()];
      const taken = { name: 'x', slug: category.slug };
      expect(refused(await service.staff<Problem>('POST', '/categories', taken))).toEqual([409, 'slug-taken']);
      const put = (body: object) => service.staff<Problem>('PUT', path(other), body);
      expect(refused(await put({ slug: category.slug }))).toEqual([409, 'slug-taken']);
      expect(refused(await put({ parent_id: 2_000_000_000 }))).toEqual([422, 'validation-failed', '/parent_id']);
      for (const [field, value] of [
        ['name', ' '],
        ['slug', 'A b'],
        ['slug', null],
        ['position', -1],
        ['renaming', true],
      ] as const) {
        expect(refused(await put({ [field]: value }))).toEqual([422, 'validation-failed', `/${field}`]);
      }
      for (const method of ['GET', 'PUT', 'DELETE'] as const) {
        const body = method === 'PUT' ? {} : undefined;
        expect((await service.staff(method, '/categories/2000000000', body)).status).toBe(404);
      }
      expect((await service.call('customer', 'POST', '/categories', { body: taken })).status).toBe(403);
    });

    it('never have one below itself, also of two moves at once', async () => {
      const [a, b] = [await add(), await add()];
      const child = await add(a);
      for (const below of [a, child]) expect(refused(await move(a, below))).toEqual([409, 'category-circle']);
      expect((await move(child, null)).body.parent_id).toBeNull();
      for (let round = 0; round < 5; round++) {
        const both = await Promise.all([move(a, b), move(b, a)]);
        expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
        for (const each of [a, b]) expect((await move(each, null)).status).toBe(200);
      }
    });

    it(`have ${MAX_DEPTH} levels, whether created or moved`, async () => {
      let deepest = await add();
      const levels = [deepest];
      while (levels.length < MAX_DEPTH) levels.push((deepest = await add(deepest)));
      const body = { name: 'x', slug: unique(), parent_id: deepest.category_id };
      expect(refused(await service.staff<Problem>('POST', '/categories', body))).toEqual([409, 'category-too-deep']);
      const [top, other] = [levels[0] as SomeCategory, await add()];
      const small = await add(other);
      expect(refused(await move(top, small))).toEqual([409, 'category-too-deep']);
      expect(refused(await move(other, levels.at(-2) as SomeCategory))).toEqual([409, 'category-too-deep']);
      expect((await move(other, levels.at(-3) as SomeCategory)).status).toBe(200);
    });

    it(`are ${MAX_CATEGORIES} at most`, async () => {
      const present = (await tree()).length;
      const first = 1_000_000_000;
      const rows = Array.from({ length: MAX_CATEGORIES - present }, (_, n) => first + n);
      for (let from = 0; from < rows.length; from += 500) {
        const some = rows.slice(from, from + 500);
        const values = some.map((id) => `(${id}, 'x', 'filler-${id}', NULL, 0, 0, '2026-01-01', '2026-01-01', 1)`);
        await service.database.execute(
          `INSERT INTO categories (category_id, name, slug, parent_id, position, renaming, created_at, updated_at, version)
           VALUES ${values.join(', ')}`,
        );
      }
      try {
        const one = { name: 'x', slug: unique() };
        expect(refused(await service.staff<Problem>('POST', '/categories', one))).toEqual([409, 'too-many-categories']);
      } finally {
        await service.database.execute('DELETE FROM categories WHERE category_id >= ?', [first]);
      }
    });

    it('are removed when nothing is below them', async () => {
      const root = await add();
      const child = await add(root);
      expect(refused(await service.staff<Problem>('DELETE', path(root)))).toEqual([409, 'category-not-empty']);
      expect((await service.staff('DELETE', path(child), undefined, { 'if-match': '"2"' })).status).toBe(412);
      await service.read(path(child));
      expect((await service.staff('DELETE', path(child))).status).toBe(204);
      expect((await service.read(path(child))).status).toBe(404);
      expect((await service.staff('DELETE', path(root))).status).toBe(204);
      expect((await tree()).map(({ category_id }) => category_id)).not.toContain(root.category_id);
    });
  });

  describe('of products', () => {
    it('are kept in order, the first of them by name', async () => {
      const [a, b] = [await add(null, { name: 'Mice' }), await add(null, { name: 'Sale' })];
      const one = await product([b, a]);
      expect(one).toMatchObject({ category: 'Sale', category_ids: [b.category_id, a.category_id] });
      expect(await read(one)).toEqual(one);
      const put = async (body: object) => (await service.staff<InCategories>('PUT', at(one), body)).body;
      const both = [a.category_id, b.category_id];
      expect(await put({ category_ids: both, category: 'Mice' })).toMatchObject({
        category: 'Mice',
        category_ids: both,
      });
      expect(await put({ price: '1.00' })).toMatchObject({ category: 'Mice', category_ids: both });
      expect(await put({ category: 'Mice' })).toMatchObject({ category: 'Mice', category_ids: both });
      expect(await put({ category_ids: [] })).toMatchObject({ category: null, category_ids: [] });
      expect(await put({ category: 'My own' })).toMatchObject({ category: 'My own', category_ids: [] });
      expect(await put({ category_ids: [] })).toMatchObject({ category: 'My own', category_ids: [] });
      expect(await put({ category_ids: [a.category_id] })).toMatchObject({ category: 'Mice' });
      expect(await put({ category_ids: [], category: 'Other' })).toMatchObject({ category: 'Other', category_ids: [] });
      expect(await read(one)).toMatchObject({ category: 'Other', category_ids: [] });
    });

    it('must be there, differ, and have the name that comes with them', async () => {
      const [a, b] = [await add(), await add()];
      const one = await product([a]);
      const put = async (body: object) => refused(await service.staff<Problem>('PUT', at(one), body));
      const ids = [a.category_id, 2_000_000_000, b.category_id, 1_999_999_999];
      expect(await put({ category_ids: ids })).toEqual([
        422,
        'validation-failed',
        '/category_ids/1',
        '/category_ids/3',
      ]);
      for (const wrong of [
        [a.category_id, a.category_id],
        [0],
        ['1'],
        null,
        Array.from({ length: 21 }, (_, n) => n + 1),
      ]) {
        expect(await put({ category_ids: wrong })).toEqual([422, 'validation-failed', '/category_ids']);
      }
      for (const named of [
        { category_ids: [a.category_id], category: 'mice' },
        { category: 'Rats' },
        { category: null },
      ]) {
        expect(await put(named)).toEqual([422, 'validation-failed', '/category']);
      }
      const body = { sku: unique(), name: 'x', price: '1.00', category: 'Rats', category_ids: [a.category_id] };
      expect(refused(await service.staff<Problem>('POST', '/products', body))).toEqual([
        422,
        'validation-failed',
        '/category',
      ]);
      expect(await read(one)).toMatchObject({ category: 'Mice', version: 1 });
    });

    it('list them, with those below if asked, in any order and with words', async () => {
      const root = await add();
      const [left, right] = [await add(root), await add(root)];
      const leaf = await add(left);
      const word = unique('zx').replace('-', '');
      const made = [
        await product([root], { name: `${word} 1`, price: '4.00' }),
        await product([leaf, right], { name: `${word} 2`, price: '3.00' }),
        await product([right], { name: `${word} 3`, price: '2.00' }),
        await service.product({ name: `${word} 4`, price: '1.00' }),
      ];
      const list = async (query: string) => {
        const { status, body } = await service.read<{ products: SomeProduct[]; total: number }>(`/products?${query}`);
        expect([query, status, body.total]).toEqual([query, 200, body.products.length]);
        return body.products.map(({ product_id }) => made.findIndex((each) => each.product_id === product_id) + 1);
      };
      const inRoot = `category_id=${root.category_id}&descendants=true`;
      expect(await list(`category_id=${root.category_id}`)).toEqual([1]);
      expect(await list(`${inRoot}&sort=price`)).toEqual([3, 2, 1]);
      expect(await list(`${inRoot}&sort=-name&max_price=3`)).toEqual([3, 2]);
      expect(await list(`${inRoot}&q=${word}`)).toEqual([3, 2, 1]);
      expect(await list(`category_id=${right.category_id}&descendants=false&q=${word}&sort=price`)).toEqual([3, 2]);
      expect(await list(`category_id=${left.category_id}&descendants=true`)).toEqual([2]);
      expect(await list('category_id=2000000000&descendants=true')).toEqual([]);
      // A move changes what is below.
      await move(leaf, null);
      expect(await list(`category_id=${left.category_id}&descendants=true`)).toEqual([]);
      expect(refused(await service.read<Problem>('/products?descendants=true'))).toEqual([
        422,
        'validation-failed',
        '?descendants',
      ]);
    });

    it('are read by one statement', async () => {
      const one = await product([await add(), await add()]);
      const asked = jest.spyOn(service.database, 'query');
      await service.staff('GET', at(one));
      expect(asked.mock.calls.filter(([sql]) => sql.includes('product_categories'))).toHaveLength(1);
    });

    it('follow a rename before it is answered, in lists and in their ETag, and only as main ones', async () => {
      const [a, b] = [await add(null, { name: 'Mice' }), await add()];
      const made = [await product([a]), await product([a, b]), await product([b, a])];
      const list = `/products?category_id=${a.category_id}&sort=name`;
      // All of them are in the cache.
      await Promise.all(made.map(read));
      await service.read(list);
      await service.staff('PUT', path(a), { name: 'mice' });
      const after = await Promise.all(made.map(read));
      expect(after.map(({ category, version }) => [category, version])).toEqual([
        ['mice', 2],
        ['mice', 2],
        ['Mice', 1],
      ]);
      const listed = (await service.read<{ products: InCategories[] }>(list)).body.products;
      expect(listed.map(({ category }) => category).sort()).toEqual(['Mice', 'mice', 'mice']);
      const named = await service.read<{ products: InCategories[] }>('/products?category=mice');
      expect(named.body.products).toHaveLength(2);
      expect(await service.database.query('SELECT category_id FROM categories WHERE renaming = 1')).toEqual([]);
      // The words are of this version, so that nobody renews them.
      const sql =
        'SELECT w.product_id FROM product_words w JOIN products p USING (product_id) WHERE of_version <> version';
      expect(await service.database.query(sql)).toEqual([]);
    });

    it('follow a rename however many they are', async () => {
      const category = await add();
      const { product_id } = await product([category]);
      const columns =
        'name, price, tax_category, status, name_key, category, category_key, search_words, created_at, updated_at, version';
      await service.database.transaction(async (tx) => {
        for (let n = 0; n < 1_000; n++) {
          const copy = `INSERT INTO products (sku, ${columns}) SELECT ?, ${columns} FROM products WHERE product_id = ?`;
          const { insertId } = await service.database.execute(copy, [`${category.slug}-${n}`, product_id], tx);
          const link = 'INSERT INTO product_categories VALUES (?, 0, ?)';
          await service.database.execute(link, [insertId, category.category_id], tx);
        }
      });
      await service.staff('PUT', path(category), { name: 'Rats' });
      const versions = `SELECT version, COUNT(*) AS n FROM products WHERE sku LIKE '${category.slug}-%' AND category = 'Rats' GROUP BY version`;
      expect(await service.database.query(versions)).toEqual([{ version: 2, n: 1_000 }]);
    }, 30_000);

    it('follow a rename by the sweeper when its process died', async () => {
      const category = await add();
      const one = await product([category]);
      jest.spyOn(RenamedProductsService.prototype, 'follow').mockRejectedValueOnce(new Error('The power is gone.'));
      expect((await service.staff('PUT', path(category), { name: 'Rats' })).status).toBe(500);
      expect((await read(one)).category).toBe('Mice');
      // Whoever comes now gets the new name.
      expect((await product([category])).category).toBe('Rats');
      const sweeper = service.app.get(RenamedProductsSweeper);
      expect([await sweeper.sweep(), await sweeper.sweep()]).toEqual([1, 0]);
      expect(await read(one)).toMatchObject({ category: 'Rats', version: 2 });
    });

    it('never keep an old name, however renames and products meet', async () => {
      const [a, b] = [await add(), await add()];
      const made = await Promise.all([product([a]), product([b, a]), product([a, b])]);
      for (let round = 0; round < 4; round++) {
        const [x, y] = round % 2 ? [a, b] : [b, a];
        await Promise.all([
          service.staff('PUT', path(a), { name: `A ${round}` }),
          service.staff('PUT', path(a), { name: `Also ${round}` }),
          ...made.map((one) => service.staff('PUT', at(one), { category_ids: [x.category_id, y.category_id] })),
          ...made.map((one) => service.staff('PUT', at(one), { price: `${round + 1}.00` })),
        ]);
        const names = new Map((await tree()).map(({ category_id, name }) => [category_id, name]));
        for (const { category, category_ids } of await Promise.all(made.map(read))) {
          expect([round, category]).toEqual([round, names.get(category_ids[0] ?? 0)]);
        }
      }
    }, 30_000);

    it('are not removed under products on sale, and leave archived ones', async () => {
      const [category, other] = [await add(), await add()];
      const made = [await product([category]), await product([other, category])];
      const remove = () => service.staff<Problem>('DELETE', path(category));
      expect(refused(await remove())).toEqual([409, 'category-not-empty']);
      for (const one of made) await service.staff('DELETE', at(one));
      expect((await remove()).status).toBe(204);
      const shown = await Promise.all(
        made.map(async (one) => (await service.staff<InCategories>('GET', at(one))).body),
      );
      expect(shown).toMatchObject([
        { category: 'Mice', category_ids: [], version: 3 },
        { category: 'Mice', category_ids: [other.category_id], version: 3 },
      ]);
    });

    it('never miss, however removals and products meet', async () => {
      for (let round = 0; round < 6; round++) {
        const category = await add();
        const one = await service.product();
        const [removed, put] = await Promise.all([
          service.staff('DELETE', path(category)),
          service.staff('PUT', at(one), { category_ids: [category.category_id] }),
        ]);
        expect([
          [204, 422],
          [409, 200],
        ]).toContainEqual([removed.status, put.status]);
        const links = await service.database.query(
          `SELECT pc.product_id FROM product_categories pc LEFT JOIN categories c ON c.category_id = pc.category_id
           WHERE c.category_id IS NULL`,
        );
        expect(links).toEqual([]);
      }
    }, 30_000);
  });
});
