import { Database } from '@app/database';
import { randomUUID } from 'node:crypto';
import { describeOnEachDatabase, enforcesChecks } from '../../../test/support/databases.js';
import { eventually } from '../../../test/support/eventually.js';
import { ProductsService, type SomeProduct } from '../../../test/support/products-service.js';
import { event } from '../../../test/support/sample-events.js';
import { ProductsRepository } from './catalog/products.repository.js';

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
const pick = (object: object, names: string[]) =>
  Object.fromEntries(Object.entries(object).filter(([name]) => names.includes(name)));
interface MovementList {
  movements: Record<string, unknown>[];
  total: number;
}

describeOnEachDatabase('the products service', (databaseUrl) => {
  let service: ProductsService;

  beforeAll(async () => {
    service = await ProductsService.start(databaseUrl());
  }, 30_000);
  afterAll(() => service?.stop());

  const at = ({ product_id }: SomeProduct) => `/products/${product_id}`;
  const staff = <T = Record<string, unknown>>(
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    url: string,
    body?: object,
    headers: Record<string, string> = {},
  ) => service.call<T>('staff', method, url, { ...(body && { body }), headers });
  const read = <T = Record<string, unknown>>(url: string, headers: Record<string, string> = {}) =>
    service.call<T>(undefined, 'GET', url, { headers });

  describe('products', () => {
    it('creates a product as documented', async () => {
      const sku = `A.b_c-${randomUUID().slice(0, 8)}`;
      const body = { sku, name: ' Mouse ', price: 29.9, category: 'Accessories', initial_stock: 3 };
      const created = await staff('POST', '/products', body);
      expect(created.status).toBe(201);
      expect(created.headers['location']).toBe(`/products/${String(created.body['product_id'])}`);
      expect(created.headers['etag']).toBe('"1"');
      expect(created.body).toEqual({
        product_id: expect.any(Number),
        sku,
        name: 'Mouse',
        description: null,
        category: 'Accessories',
        price: '29.90',
        currency: 'USD',
        status: 'active',
        in_stock: true,
        available_quantity: 3,
        created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{3}Z$/),
        updated_at: created.body['created_at'],
        version: 1,
      });
      expect((await read(`/products/${String(created.body['product_id'])}`)).body).toEqual(created.body);
    });

    it('returns the right product to each of many concurrent requests', async () => {
      const made = (await Promise.all(Array.from({ length: 19 }, () => service.product({})))).reverse();
      const ids = [...made.map(({ product_id }) => product_id), 999_999_999, 999_999_998];
      const repository = service.app.get(ProductsRepository);
      const found = await Promise.all(ids.map((id) => repository.findById(id)));
      expect(found.map((product) => product && [product.productId, product.sku])).toEqual([
        ...made.map(({ product_id, sku }) => [product_id, sku]),
        null,
        null,
      ]);
    });

    it('refuses a second product with the same sku, but not one in another case', async () => {
      const { sku } = await service.product({ sku: `dup-${randomUUID()}` });
      const again = await staff<Problem>('POST', '/products', { sku, name: 'x', price: '1.00' });
      expect([again.status, again.body.code]).toEqual([409, 'sku-taken']);
      const other = await staff('POST', '/products', { sku: sku.toUpperCase(), name: 'x', price: '1.00' });
      expect(other.status).toBe(201);
    });

    it.each([
      [{ price: '0.00' }, '/price'],
      [{ price: '100000000.00' }, '/price'],
      [{ price: 1e30 }, '/price'],
      [{ sku: 'a b' }, '/sku'],
      [{ name: '   ' }, '/name'],
      [{ initial_stock: -1 }, '/initial_stock'],
      [{ category: 'x'.repeat(101) }, '/category'],
      [{ status: 'archived' }, '/status'],
    ])('returns 422 for %p', async (fields, pointer) => {
      const body = { sku: `V-${randomUUID()}`, name: 'x', price: '1.00', ...fields };
      const answer = await staff<Problem>('POST', '/products', body);
      expect([answer.status, answer.body.code]).toEqual([422, 'validation-failed']);
      expect(answer.body.errors?.map((error) => error.pointer)).toEqual([pointer]);
    });

    it('lets only staff write', async () => {
      const body = { sku: `N-${randomUUID()}`, name: 'x', price: '1.00' };
      expect((await service.call(undefined, 'POST', '/products', { body })).status).toBe(401);
      expect((await service.call('customer', 'POST', '/products', { body })).status).toBe(403);
    });

    it('replays the first response for an Idempotency-Key', async () => {
      const headers = { 'idempotency-key': randomUUID() };
      const body = { sku: `I-${randomUUID()}`, name: 'x', price: '1.00' };
      const first = await staff('POST', '/products', body, headers);
      const second = await staff('POST', '/products', body, headers);
      expect([second.status, second.body]).toEqual([201, first.body]);
      expect(second.headers).toMatchObject({
        'idempotency-replayed': 'true',
        location: first.headers['location'],
        etag: first.headers['etag'],
      });
      const reused = await staff<Problem>('POST', '/products', { ...body, name: 'y' }, headers);
      expect([reused.status, reused.body.code]).toEqual([422, 'idempotency-key-reused']);
    });

    it('changes only the sent fields, with If-Match', async () => {
      const product = await service.product({ description: 'Old words', category: 'Mice' });
      const changed = await staff('PUT', at(product), { price: '31.00' }, { 'if-match': '"1"' });
      expect([changed.status, changed.headers['etag']]).toEqual([200, '"2"']);
      expect(changed.body).toMatchObject({ price: '31.00', description: 'Old words', category: 'Mice', version: 2 });
      const stale = await staff<Problem>('PUT', at(product), { price: '32.00' }, { 'if-match': '"1"' });
      expect([stale.status, stale.body.code]).toEqual([412, 'precondition-failed']);
      expect((await staff('PUT', at(product), { sku: product.sku, description: null })).body).toMatchObject({
        description: null,
        price: '31.00',
        version: 3,
      });
      const renamed = await staff<Problem>('PUT', at(product), { sku: 'other' });
      expect([renamed.status, renamed.body.code]).toEqual([409, 'sku-immutable']);
      expect((await staff('PUT', '/products/2000000000', { name: 'x' })).status).toBe(404);
    });

    it('shows the available quantity with the product and in lists', async () => {
      const product = await service.product();
      const list = `/products?sku=${product.sku}`;
      const shown = async () => {
        const [one, { body }] = [await read(at(product)), await read<ProductList>(list)];
        return [one.body, body.products[0]].map((each) => pick(each as object, ['in_stock', 'available_quantity']));
      };
      const some = { in_stock: true, available_quantity: 10 };
      expect(await shown()).toEqual([some, some]);
      const first = await read(at(product));
      await service.reserve(randomUUID(), [[product, 10]]);
      const none = { in_stock: false, available_quantity: 0 };
      expect(await shown()).toEqual([none, none]);
      // The version is unchanged, so an If-Match read before is still valid.
      const etag = String(first.headers['etag']);
      expect((await read(at(product), { 'if-none-match': etag })).body).toMatchObject({ version: 1, ...none });
      expect((await staff('PUT', at(product), { price: '31.00' }, { 'if-match': etag })).status).toBe(200);
      expect((await staff('PUT', at(product), { price: '32.00' }, { 'if-match': etag })).status).toBe(412);
    });

    it('archives a product: hidden from the public, visible to staff, no longer for sale', async () => {
      const product = await service.product();
      expect((await read(at(product))).status).toBe(200);
      expect((await staff('DELETE', at(product), undefined, { 'if-match': '"9"' })).status).toBe(412);
      expect((await staff('DELETE', at(product))).status).toBe(204);
      expect((await staff('DELETE', at(product))).status).toBe(204);
      expect((await read(at(product))).status).toBe(404);
      expect((await read(`${at(product)}/inventory`)).status).toBe(404);
      expect((await read<ProductList>(`/products?sku=${product.sku}`)).body.products).toEqual([]);
      expect((await staff(`GET`, at(product))).body).toMatchObject({ status: 'archived' });
      expect((await staff<ProductList>('GET', `/products?sku=${product.sku}`)).body.total).toBe(1);
      await expect(service.reserve(randomUUID(), [[product, 1]])).rejects.toMatchObject({ code: 'unknown-product' });
    });

    it('does not archive a product that open orders hold', async () => {
      const product = await service.product();
      await service.reserve(randomUUID(), [[product, 1]]);
      const refused = await staff<Problem>('DELETE', at(product));
      expect([refused.status, refused.body.code]).toEqual([409, 'stock-reserved']);
      expect((await read(at(product))).body).toMatchObject({ status: 'active', version: 1 });
    });
  });

  describe('inventory', () => {
    const inventory = (product: SomeProduct) => `${at(product)}/inventory`;
    const movements = async (product: SomeProduct) =>
      (await staff<MovementList>('GET', `${inventory(product)}/movements?sort=at`)).body.movements;

    it('sets and adjusts the stock, and the ledger adds up', async () => {
      const product = await service.product({ warehouse_location: 'Hall 1' });
      const first = await staff('GET', inventory(product));
      expect(first.body).toEqual({
        inventory_id: expect.any(Number),
        product_id: product.product_id,
        stock_quantity: 10,
        reserved_quantity: 0,
        available_quantity: 10,
        warehouse_location: 'Hall 1',
        low_stock_threshold: 0,
        updated_at: expect.any(String),
        version: 1,
      });
      const etag = String(first.headers['etag']);
      const counted = await staff(
        'PUT',
        inventory(product),
        { stock_quantity: 12, reason: 'count' },
        { 'if-match': etag },
      );
      expect([counted.status, counted.body['stock_quantity']]).toEqual([200, 12]);
      expect((await staff('PUT', inventory(product), { adjustment: 1 }, { 'if-match': etag })).status).toBe(412);
      const key = { 'idempotency-key': randomUUID() };
      const moved = await staff('PUT', inventory(product), { adjustment: 3, warehouse_location: null }, key);
      expect(moved.body).toMatchObject({ stock_quantity: 15, warehouse_location: null });
      const repeated = await staff('PUT', inventory(product), { adjustment: 3, warehouse_location: null }, key);
      expect([repeated.headers['idempotency-replayed'], repeated.body]).toEqual(['true', moved.body]);
      expect((await staff('GET', inventory(product))).body).toEqual(moved.body);
      expect(await movements(product)).toEqual([
        expect.objectContaining({
          stock_delta: 10,
          reserved_delta: 0,
          reason: 'initial stock',
          by: 7,
          order_ref: null,
        }),
        expect.objectContaining({ stock_delta: 2, reason: 'count', by: 7 }),
        expect.objectContaining({ stock_delta: 3, reason: 'stock adjusted', by: 7, at: expect.stringMatching(/Z$/) }),
      ]);
    });

    it('shows everybody the available quantity, and nothing else', async () => {
      const product = await service.product({ warehouse_location: 'Hall 1' });
      await service.reserve(randomUUID(), [[product, 4]]);
      const available = { product_id: product.product_id, in_stock: true, available_quantity: 6 };
      const shown = await read(inventory(product));
      expect(shown.body).toEqual(available);
      expect((await service.call('customer', 'GET', inventory(product))).body).toEqual(available);
      const known = await read(inventory(product), { 'if-none-match': String(shown.headers['etag']) });
      expect(known.status).toBe(304);
      await service.reserve(randomUUID(), [[product, 6]]);
      const soldOut = await read(inventory(product), { 'if-none-match': String(shown.headers['etag']) });
      expect(soldOut.body).toEqual({ ...available, in_stock: false, available_quantity: 0 });
    });

    it('never falls below the reserved quantity', async () => {
      const product = await service.product();
      await service.reserve(randomUUID(), [[product, 4]]);
      for (const body of [{ stock_quantity: 3 }, { adjustment: -7 }]) {
        const refused = await staff<Problem>('PUT', inventory(product), body);
        expect([refused.status, refused.body.code]).toEqual([409, 'below-reserved']);
      }
      expect((await staff('PUT', inventory(product), { adjustment: -6 })).body).toMatchObject({
        available_quantity: 0,
      });
    });

    it.each([
      { stock_quantity: 50, adjustment: 1 },
      { adjustment: 0 },
      { stock_quantity: -1 },
      { stock_quantity: 1.5 },
      { adjustment: 1_000_000_000 },
      { reserved_quantity: 5 },
    ])('returns 422 for %p', async (body) => {
      const product = await service.product();
      const answer = await staff<Problem>('PUT', inventory(product), body);
      expect([answer.status, answer.body.code]).toEqual([422, 'validation-failed']);
      expect(await service.stock(product)).toEqual([10, 0, 10]);
    });

    it('notifies staff once when the available quantity falls to the threshold', async () => {
      const product = await service.product();
      await staff('PUT', inventory(product), { low_stock_threshold: 5 });
      await service.reserve(randomUUID(), [[product, 4]]);
      expect(await service.events(product.product_id)).toEqual([]);
      await service.reserve(randomUUID(), [[product, 2]]);
      await service.reserve(randomUUID(), [[product, 1]]);
      expect(
        (await service.events(product.product_id)).map(({ event_type, payload }) => ({ event_type, payload })),
      ).toEqual([
        {
          event_type: 'inventory.low',
          payload: {
            product_id: product.product_id,
            sku: product.sku,
            name: 'Wireless Mouse',
            available_quantity: 4,
            low_stock_threshold: 5,
          },
        },
      ]);
    });
  });

  describe('lists', () => {
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
      const first = await read<ProductList>(url);
      expect(first.body).toMatchObject({ total: 5, total_is_exact: true, page: 1, page_size: 2 });
      expect(prices(first)).toEqual(['3.00', '2.00']);
      expect(first.headers['link']).toContain('rel="next"');
      const seen = [...first.body.products];
      for (let cursor = first.body.next_cursor; cursor !== null;) {
        const next = await read<ProductList>(`${url}&cursor=${cursor}`);
        expect(next.status).toBe(200);
        seen.push(...next.body.products);
        cursor = next.body.next_cursor;
      }
      expect(seen.map(({ price }) => price)).toEqual(['3.00', '2.00', '2.00', '2.00', '1.00']);
      expect(new Set(seen.map(({ product_id }) => product_id)).size).toBe(5);
      expect(prices(await read(`${url}&page=3`))).toEqual(['1.00']);
    });

    it.each(['name', '-name', 'price', 'created_at', '-created_at'])('are paged when sorted by %s', async (sort) => {
      const all = await read<ProductList>(`/products?q=${tag}&sort=${sort}`);
      const seen: number[] = [];
      let cursor: string | null = '';
      while (cursor !== null) {
        const page: { body: ProductList } = await read(
          `/products?q=${tag}&sort=${sort}&page_size=2${cursor && `&cursor=${cursor}`}`,
        );
        seen.push(...page.body.products.map(({ product_id }) => product_id));
        cursor = page.body.next_cursor;
      }
      expect(seen).toEqual(all.body.products.map(({ product_id }) => product_id));
    });

    it('are filtered', async () => {
      const total = async (query: string) => (await read<ProductList>(`/products?q=${tag}&${query}`)).body.total;
      const { products } = (await read<ProductList>(`/products?q=${tag}&sort=price`)).body;
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
        (await read<ProductList>(`/products?q=${encodeURIComponent(q)}`)).body.products.some(
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
      await staff('PUT', at(product), { description: 'quite different' });
      expect([await found('strasse'), await found('different')]).toEqual([false, true]);
    });

    it.each(['sort=version', 'page=0', 'page_size=101', 'min_price=-1', 'in_stock=1', 'ids=1,x', 'cursor=abc', 'x=1'])(
      'returns 422 for ?%s',
      async (query) => {
        const answer = await read<Problem>(`/products?${query}`);
        expect([answer.status, answer.body.code]).toEqual([422, 'validation-failed']);
      },
    );
  });

  it('refuses tokens from before the end of their sessions', async () => {
    const issuedAt = new Date(Date.now() - 60_000);
    const call = async (issued?: Date) => {
      const authorization = `Bearer ${await service.token('staff', 4711, issued)}`;
      return (await service.call(undefined, 'PUT', '/products/2000000000', { body: {}, headers: { authorization } }))
        .status;
    };
    expect(await call(issuedAt)).toBe(404);
    const not_before = new Date(Date.now() - 1_000).toISOString();
    await service.deliver(event('user.sessions-ended', { user_id: 4711, not_before }));
    await eventually(async () => expect(await call(issuedAt)).toBe(401));
    await service.deliver(event('user.sessions-ended', { user_id: 4711, not_before: '2020-01-01T00:00:00.000Z' }));
    await service.deliver(event('user.sessions-ended', { user_id: 4711, not_before }));
    await eventually(async () => expect(await service.probe.depth()).toEqual({ visible: 0, hidden: 0 }));
    expect([await call(issuedAt), await call()]).toEqual([401, 404]);
  });

  it('has a database that prevents overselling, too, if it enforces checks', async () => {
    const enforced = await enforcesChecks(databaseUrl());
    const { product_id } = await service.product();
    for (const broken of ['reserved_quantity = 11', 'stock_quantity = -1', 'reserved_quantity = -1']) {
      const update = service.database.execute(`UPDATE inventory SET ${broken} WHERE product_id = ?`, [product_id]);
      await (enforced ? expect(update).rejects.toThrow(/constraint/i) : update);
    }
  });

  it('documents every route', async () => {
    const { body } = await read<{ paths: Record<string, object> }>('/openapi.json');
    expect(Object.entries(body.paths).flatMap(([path, item]) => Object.keys(item).map((m) => `${m} ${path}`))).toEqual(
      expect.arrayContaining([
        'get /products',
        'post /products',
        'get /products/{product_id}',
        'put /products/{product_id}',
        'delete /products/{product_id}',
        'get /products/{product_id}/inventory',
        'put /products/{product_id}/inventory',
        'get /products/{product_id}/inventory/movements',
      ]),
    );
  });

  it('is ready', async () => {
    expect((await read('/health/ready')).body).toEqual({ status: 'ok', checks: { database: 'up', queue: 'up' } });
  });
});
