import { Database } from '@app/database';
import { randomUUID } from 'node:crypto';
import { describeOnEachDatabase } from '../../../../test/support/databases.js';
import { at, ProductsService, type SomeProduct } from '../../../../test/support/products-service.js';

interface Problem {
  code: string;
  errors?: { pointer: string; code: string }[];
}

interface ProductList {
  products: (SomeProduct & { name: string; price: string; status: string })[];
  total: number | null;
  total_is_exact: boolean;
  page: number | null;
  page_size: number;
  next_cursor: string | null;
}

describeOnEachDatabase('Lists of products', (databaseUrl) => {
  let service: ProductsService;

  beforeAll(async () => {
    service = await ProductsService.start(databaseUrl());
  }, 30_000);
  afterAll(() => service?.stop());

  it('are refused if they take the database too long, with hints what to narrow', async () => {
    const timeout = Object.assign(new Error('Query execution was interrupted'), { errno: 1969 });
    const late = jest.spyOn(Database.prototype, 'queryWithin').mockRejectedValue(timeout);
    try {
      const url = '/products?q=mouse&max_price=5&page=3&with_total=false';
      const { status, body } = await service.call(undefined, 'GET', url);
      expect([status, body['code']]).toEqual([422, 'query-too-broad']);
      const pointers = (body['errors'] as { pointer: string }[]).map(({ pointer }) => pointer);
      expect(pointers).toEqual(['?q', '?category', '?max_price', '?sort', '?cursor']);
      const asked = late.mock.calls.length;
      const again = await service.call(undefined, 'GET', url);
      expect([again.status, again.body['errors']]).toEqual([422, body['errors']]);
      // The same list is refused without another query.
      expect(late.mock.calls).toHaveLength(asked);
    } finally {
      late.mockRestore();
    }
  });

  const tag = `zq${randomUUID().slice(0, 8)}`;
  const prices = (list: { body: ProductList }) => list.body.products.map(({ price }) => price);

  beforeAll(async () => {
    for (const n of [1, 2, 2, 2, 3]) {
      await service.product({
        name: `${tag} Thing ${n}`,
        price: `${n}.00`,
        category: `Café ${tag}`,
        initial_stock: n - 1,
      });
    }
  });

  it('are paged by number and by cursor, each product once', async () => {
    const url = `/products?q=${tag}&sort=-price&page_size=2`;
    const first = await service.read<ProductList>(url);
    expect(first.body).toMatchObject({ total: 5, total_is_exact: true, page: 1, page_size: 2 });
    expect(prices(first)).toEqual(['3.00', '2.00']);
    expect(first.headers['link']).toContain('rel="next"');
    const seen = [...first.body.products];
    for (let cursor = first.body.next_cursor; cursor !== null;) {
      const next = await service.read<ProductList>(`${url}&cursor=${cursor}`);
      expect(next.status).toBe(200);
      seen.push(...next.body.products);
      cursor = next.body.next_cursor;
    }
    expect(seen.map(({ price }) => price)).toEqual(['3.00', '2.00', '2.00', '2.00', '1.00']);
    expect(new Set(seen.map(({ product_id }) => product_id)).size).toBe(5);
    expect(prices(await service.read(`${url}&page=3`))).toEqual(['1.00']);
  });

  it.each(['name', '-name', 'price', 'created_at', '-created_at'])('are paged when sorted by %s', async (sort) => {
    const all = await service.read<ProductList>(`/products?q=${tag}&sort=${sort}`);
    const seen: number[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: { body: ProductList } = await service.read(
        `/products?q=${tag}&sort=${sort}&page_size=2${cursor && `&cursor=${cursor}`}`,
      );
      seen.push(...page.body.products.map(({ product_id }) => product_id));
      cursor = page.body.next_cursor;
    }
    expect(seen).toEqual(all.body.products.map(({ product_id }) => product_id));
  });

  it('are filtered', async () => {
    const total = async (query: string) => (await service.read<ProductList>(`/products?q=${tag}&${query}`)).body.total;
    const { products } = (await service.read<ProductList>(`/products?q=${tag}&sort=price`)).body;
    expect(await total('min_price=2.00&max_price=3.00')).toBe(4);
    expect(await total('max_price=1')).toBe(1);
    expect(await total('in_stock=true')).toBe(4);
    expect(await total('in_stock=false')).toBe(1);
    for (const same of ['NFC', 'NFD']) {
      expect(await total(`category=${encodeURIComponent(`Café ${tag}`.normalize(same))}`)).toBe(5);
    }
    for (const other of ['CAFÉ', 'Cafe', 'Caf']) {
      expect(await total(`category=${encodeURIComponent(`${other} ${tag}`)}`)).toBe(0);
    }
    expect(await total('category=Mice')).toBe(0);
    expect(await total(`ids=${products[0]?.product_id},${products[1]?.product_id},2000000000`)).toBe(2);
    expect(await total(`sku=${products[0]?.sku}`)).toBe(1);
    expect(await total('with_total=false')).toBeNull();
  });

  it('find words in any case, accents and script, and nothing else', async () => {
    const word = `w${randomUUID().slice(0, 6)}`;
    const product = await service.product({
      name: `Crème-Brûlée <b>${word}</b> 무선 Проводная мышь a the`,
      description: "It's 100% {{safe}} Straße",
    });
    const found = async (q: string) =>
      (await service.read<ProductList>(`/products?q=${encodeURIComponent(q)}`)).body.products.some(
        ({ product_id }) => product_id === product.product_id,
      );
    for (const q of [
      word,
      'creme BRULEE',
      'проводная',
      '무선',
      `a ${word}`,
      'strasse safe',
      `"${word}"`,
      `${word}*`,
      word.slice(0, 4),
    ]) {
      expect([q, await found(q)]).toEqual([q, true]);
    }
    for (const q of [`${word}x`, `${word} missing`, word.slice(1), '***', '" OR 1=1 --', 'NEAR(', '+-~<>()']) {
      expect([q, await found(q)]).toEqual([q, false]);
    }
    await service.staff('PUT', at(product), { description: 'quite different' });
    expect([await found('strasse'), await found('different')]).toEqual([false, true]);
  });

  it.each(['sort=version', 'page=0', 'page_size=101', 'min_price=-1', 'in_stock=1', 'ids=1,x', 'cursor=abc', 'x=1'])(
    'returns 422 for ?%s',
    async (query) => {
      const answer = await service.read<Problem>(`/products?${query}`);
      expect([answer.status, answer.body.code]).toEqual([422, 'validation-failed']);
    },
  );
});
