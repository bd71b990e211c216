import { randomUUID } from 'node:crypto';
import { formatMoney, parseMoney } from '@app/kernel';
import { describeOnEachDatabase } from '../../../../test/support/databases.js';
import { ProductsService } from '../../../../test/support/products-service.js';
import { StockLedger } from '../stock/stock-ledger.js';
import { newProduct } from './product-fields.js';
import { ProductCategoriesRepository } from './product-categories.repository.js';
import { ProductsRepository } from './products.repository.js';

interface FacetList {
  products: object[];
  total: number;
  facets?: Record<string, { value: string; count: number }[]>;
  facets_are_exact?: boolean;
}

interface Sample {
  words: string[];
  category: string | null;
  category_ids: number[];
  price: number;
  in_stock: boolean;
  size: string | null;
  /** Of this group, or of none. */
  group: number | null;
}

interface Filter {
  q?: string;
  category?: string;
  category_id?: number;
  descendants?: boolean;
  min_price?: number;
  max_price?: number;
  in_stock?: boolean;
  'option.size'?: string;
  collapse?: 'group';
}

const PRODUCTS = 300;
const GROUPS = 80;
const FACETS = ['category', 'price', 'in_stock', 'option.size', 'option.none'];
const WORDS = ['zqalpha', 'zqbeta', 'zqgamma'];
const TEXTS = ['Mice', 'mice', 'Möbel', 'Mobel', null];
const SIZES = ['S', 'M', 'L', null];

const oneOf = <T>(all: readonly T[]): T => all[Math.floor(Math.random() * all.length)] as T;
const maybe = <T>(value: T): T | undefined => (Math.random() < 0.35 ? value : undefined);
const anyPrice = () => Math.ceil(10 ** (1 + Math.random() * 4));

describeOnEachDatabase('Facets', (databaseUrl) => {
  let service: ProductsService;
  const samples: Sample[] = [];
  /** 2 and 3 below 1, 4 below 2; by number. */
  const ids: number[] = [0];
  const below = (number: number): number[] =>
    (({ 1: [1, 2, 3, 4], 2: [2, 4] }) as Record<number, number[]>)[number]?.map((each) => ids[each] ?? 0) ?? [
      ids[number] ?? 0,
    ];

  beforeAll(async () => {
    service = await ProductsService.start(databaseUrl());
    for (const parent of [0, 1, 1, 2]) {
      const body = { name: `C${ids.length}`, slug: `s-${randomUUID()}`, parent_id: ids[parent] || null };
      ids.push(Number((await service.staff('POST', '/categories', body)).body['category_id']));
    }
    await service.database.transaction(async (tx) => {
      const [products, links] = [service.app.get(ProductsRepository), service.app.get(ProductCategoriesRepository)];
      for (let n = 0; n < PRODUCTS; n++) {
        const chosen = [1, 2, 3, 4].filter(() => Math.random() < 0.3).sort(() => Math.random() - 0.5);
        const category_ids = chosen.map((number) => ids[number] ?? 0);
        const sample: Sample = {
          words: WORDS.filter(() => Math.random() < 0.5),
          category: chosen[0] === undefined ? oneOf(TEXTS) : `C${chosen[0]}`,
          category_ids,
          price: anyPrice(),
          in_stock: Math.random() < 0.7,
          size: oneOf(SIZES),
          group: oneOf([null, ...Array.from({ length: GROUPS }, (_, group) => group + 1)]),
        };
        samples.push(sample);
        const { price, category } = sample;
        const fields = { sku: `F-${randomUUID()}`, name: ['Thing', ...sample.words].join(' '), price, category };
        const product_id = await products.insert(tx, newProduct(fields), new Date());
        const opening = { product_id, stock_quantity: sample.in_stock ? 2 : 0, warehouse_location: null };
        await service.app.get(StockLedger).open(tx, [opening], 7);
        await links.replace(tx, product_id, category_ids);
        const grouped = 'UPDATE products SET group_id = ? WHERE product_id = ?';
        await service.database.execute(grouped, [sample.group, product_id], tx);
        if (sample.size === null) continue;
        const option = 'INSERT INTO product_option_values (product_id, name_key, value_key, value) VALUES (?, ?, ?, ?)';
        await service.database.execute(option, [product_id, 'size', sample.size.toLowerCase(), sample.size], tx);
      }
    });
  }, 60_000);
  afterAll(() => service?.stop());
  // Without the time limit of lists, so that a slow machine counts as much as a fast one.
  beforeEach(() => {
    const { database } = service;
    jest.spyOn(database, 'queryWithin').mockImplementation((_, sql, params) => database.query(sql, params));
  });
  afterEach(() => jest.restoreAllMocks());

  const ask = async (filter: object, names = FACETS) => {
    const query = new URLSearchParams({ facets: names.join(','), page_size: '1' });
    for (const [name, value] of Object.entries(filter)) if (value !== undefined) query.set(name, String(value));
    for (const name of ['min_price', 'max_price']) {
      const minor = query.get(name);
      if (minor !== null) query.set(name, formatMoney(Number(minor), 'USD'));
    }
    const { status, body } = await service.read<FacetList>(`/products?${query.toString()}`);
    expect([filter, status]).toEqual([filter, 200]);
    return body;
  };

  const matches = (sample: Sample, filter: Filter) => {
    const { q, category, category_id, descendants, min_price, max_price, in_stock, 'option.size': size } = filter;
    return (
      (q === undefined || sample.words.includes(q)) &&
      (category === undefined || sample.category === category) &&
      (category_id === undefined ||
        (descendants ? below(ids.indexOf(category_id)) : [category_id]).some((id) =>
          sample.category_ids.includes(id),
        )) &&
      (min_price === undefined || sample.price >= min_price) &&
      (max_price === undefined || sample.price <= max_price) &&
      (in_stock === undefined || sample.in_stock === in_stock) &&
      (size === undefined || sample.size?.toLowerCase() === size.toLowerCase())
    );
  };

  /** How many of them a list has. */
  const listed = (all: readonly Sample[], { collapse }: Filter) =>
    collapse ? new Set(all.map((sample) => sample.group ?? sample)).size : all.length;

  /** How many match without the facet's own filter, by value. */
  const counted = (filter: Filter, own: (keyof Filter)[], valueOf: (sample: Sample) => string | null) => {
    const others = Object.fromEntries(Object.entries(filter).filter(([name]) => !own.includes(name as keyof Filter)));
    const found = samples.filter((sample) => matches(sample, others) && valueOf(sample) !== null);
    const counts = Map.groupBy(found, (sample) => valueOf(sample) ?? '');
    return Object.fromEntries([...counts].map(([value, all]) => [value, listed(all, filter)]));
  };

  it('equal counting by hand, under any filters', async () => {
    for (let round = 0; round < 60; round++) {
      const category_id = maybe(ids[oneOf([1, 2, 3, 4])] ?? 0);
      const filter: Filter = Object.fromEntries(
        Object.entries({
          q: maybe(oneOf(WORDS)),
          category: maybe(oneOf(['Mice', 'mice', 'Möbel', 'C1', 'C4', 'absent'])),
          category_id,
          descendants: category_id && oneOf([true, false]),
          min_price: maybe(anyPrice()),
          max_price: maybe(anyPrice()),
          in_stock: maybe(oneOf([true, false])),
          'option.size': maybe(oneOf(['S', 'm', 'XL'])),
          collapse: maybe('group'),
        }).filter(([, value]) => value !== undefined),
      );
      const { facets = {}, facets_are_exact, total } = await ask(filter);
      const shown = Object.fromEntries(
        Object.entries(facets).map(([name, values]) => [
          name,
          Object.fromEntries(values.map(({ value, count }) => [value, count])),
        ]),
      );
      const { price = {}, ...others } = shown;
      expect([filter, others, facets_are_exact, total]).toEqual([
        filter,
        {
          category: counted(filter, ['category'], (sample) => sample.category),
          in_stock: counted(filter, ['in_stock'], (sample) => String(sample.in_stock)),
          'option.size': counted(filter, ['option.size'], (sample) => sample.size),
          'option.none': {},
        },
        true,
        listed(
          samples.filter((sample) => matches(sample, filter)),
          filter,
        ),
      ]);
      const unpriced = { ...filter };
      delete unpriced.min_price;
      delete unpriced.max_price;
      for (const [range, count] of Object.entries(price)) {
        const [min_price, max_price] = range.split('-').map((end) => parseMoney(end, 'USD') as number);
        const within = samples.filter((sample) => matches(sample, { ...unpriced, min_price, max_price } as Filter));
        expect([filter, range, count]).toEqual([filter, range, listed(within, filter)]);
      }
      if (filter.collapse) continue;
      const all = Object.values(price).reduce((sum, count) => sum + count, 0);
      expect(all).toBe(samples.filter((sample) => matches(sample, unpriced)).length);
    }
  }, 120_000);

  it('show what the list has after choosing one of their values', async () => {
    const { facets = {} } = await ask({ q: 'zqbeta' });
    expect(facets['category']?.length).toBeGreaterThan(3);
    expect(facets['price']?.length).toBeGreaterThan(3);
    for (const { value, count } of facets['category'] ?? []) {
      expect([value, (await ask({ q: 'zqbeta', category: value })).total]).toEqual([value, count]);
    }
    for (const { value, count } of facets['in_stock'] ?? []) {
      expect([value, (await ask({ q: 'zqbeta', in_stock: value })).total]).toEqual([value, count]);
    }
  });

  it('are of some products, and said not to be exact, where more match than are counted', async () => {
    const filler = { category: `many-${randomUUID()}`, count: 5_100 };
    const columns = 'name, price, tax_category, status, name_key, search_words, created_at, updated_at, version';
    const { product_id } = await service.product();
    const skus = Array.from({ length: filler.count }, (_, n) => `${filler.category}-${n}`);
    for (let from = 0; from < skus.length; from += 300) {
      const some = skus.slice(from, from + 300);
      const selects = some.map(() => `SELECT ?, ?, ?, ${columns} FROM products WHERE product_id = ${product_id}`);
      const sql = `INSERT INTO products (sku, category, category_key, ${columns}) ${selects.join(' UNION ALL ')}`;
      await service.database.execute(
        sql,
        some.flatMap((sku) => [sku, filler.category, filler.category]),
      );
    }
    const { facets, facets_are_exact } = await ask({ category: filler.category }, ['price']);
    expect([facets, facets_are_exact]).toEqual([{ price: [{ value: '25.00-49.99', count: 5_001 }] }, false]);
    await service.database.execute('DELETE FROM products WHERE category_key = ?', [filler.category]);
  }, 60_000);

  it('are only in the answer if asked for, in the order of the request, and cached with the list', async () => {
    const plain = await service.read<FacetList>('/products?page_size=2');
    expect(plain.body).not.toHaveProperty('facets');
    expect(plain.body).not.toHaveProperty('facets_are_exact');
    for (const origin of ['MISS', 'HIT']) {
      const { body, headers } = await service.read<FacetList>('/products?page_size=2&facets=in_stock,category');
      expect([headers['x-cache'], Object.keys(body.facets ?? {})]).toEqual([origin, ['in_stock', 'category']]);
      expect(headers['link']).toContain('facets=in_stock');
    }
    expect((await ask({ q: '***' }, ['price'])).facets).toEqual({ price: [] });
  });

  it.each([
    'colour',
    'category,',
    'price price',
    'option.',
    'a,b',
    'category,price,in_stock,option.a,option.b,option.c',
  ])('of ?facets=%s are 422', async (names) => {
    const { status, body } = await service.read<{ errors: { pointer: string }[] }>(`/products?facets=${names}`);
    expect([status, body.errors.map(({ pointer }) => pointer)]).toEqual([422, ['?facets']]);
  });

  it('are empty, and said not to be exact, when the time of the list is over', async () => {
    const timeout = Object.assign(new Error('Query execution was interrupted'), { errno: 1969 });
    const { database } = service;
    jest
      .spyOn(database, 'queryWithin')
      .mockImplementation((_, sql, params) =>
        sql.includes(') matching') ? Promise.reject(timeout) : database.query(sql, params),
      );
    const late = await ask({ max_price: 777 }, ['category', 'price']);
    expect(late).toMatchObject({ facets: { category: [], price: [] }, facets_are_exact: false });
    expect(late.products).toHaveLength(1);
  });
});
