import { randomUUID } from 'node:crypto';
import { describeOnEachDatabase } from '../../../../test/support/databases.js';
import { at, ProductsService, type SomeProduct } from '../../../../test/support/products-service.js';
import { ProductsRepository } from './products.repository.js';

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

describeOnEachDatabase('Products', (databaseUrl) => {
  let service: ProductsService;

  beforeAll(async () => {
    service = await ProductsService.start(databaseUrl());
  }, 30_000);
  afterAll(() => service?.stop());

  it('creates a product as documented', async () => {
    const sku = `A.b_c-${randomUUID().slice(0, 8)}`;
    const body = { sku, name: ' Mouse ', price: 29.9, category: 'Accessories', initial_stock: 3 };
    const created = await service.staff('POST', '/products', body);
    expect(created.status).toBe(201);
    expect(created.headers['location']).toBe(`/products/${String(created.body['product_id'])}`);
    expect(created.headers['etag']).toBe('"1"');
    expect(created.body).toEqual({
      product_id: expect.any(Number),
      sku,
      name: 'Mouse',
      description: null,
      category: 'Accessories',
      category_ids: [],
      group_id: null,
      option_values: null,
      price: '29.90',
      currency: 'USD',
      weight_grams: null,
      tax_category: 'standard',
      status: 'active',
      in_stock: true,
      available_quantity: 3,
      images: [],
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{3}Z$/),
      updated_at: created.body['created_at'],
      version: 1,
    });
    expect((await service.read(`/products/${String(created.body['product_id'])}`)).body).toEqual(created.body);
  });

  it('keeps weight and tax category, and changes either', async () => {
    const { product_id } = await service.product({ weight_grams: 95, tax_category: ' food ' });
    const path = `/products/${product_id}`;
    expect((await service.read(path)).body).toMatchObject({ weight_grams: 95, tax_category: 'food' });
    await service.staff('PUT', path, { weight_grams: null });
    expect((await service.read(path)).body).toMatchObject({ weight_grams: null, tax_category: 'food' });
    await service.staff('PUT', path, { tax_category: 'books' });
    expect((await service.read(path)).body).toMatchObject({ weight_grams: null, tax_category: 'books', version: 3 });
    for (const wrong of [{ weight_grams: -1 }, { weight_grams: 1.5 }, { tax_category: null }, { tax_category: ' ' }]) {
      expect((await service.staff('PUT', path, wrong)).status).toBe(422);
    }
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
    const again = await service.staff<Problem>('POST', '/products', { sku, name: 'x', price: '1.00' });
    expect([again.status, again.body.code]).toEqual([409, 'sku-taken']);
    const other = await service.staff('POST', '/products', { sku: sku.toUpperCase(), name: 'x', price: '1.00' });
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
    const answer = await service.staff<Problem>('POST', '/products', body);
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
    const first = await service.staff('POST', '/products', body, headers);
    const second = await service.staff('POST', '/products', body, headers);
    expect([second.status, second.body]).toEqual([201, first.body]);
    expect(second.headers).toMatchObject({
      'idempotency-replayed': 'true',
      location: first.headers['location'],
      etag: first.headers['etag'],
    });
    const reused = await service.staff<Problem>('POST', '/products', { ...body, name: 'y' }, headers);
    expect([reused.status, reused.body.code]).toEqual([422, 'idempotency-key-reused']);
  });

  it('changes only the sent fields, with If-Match', async () => {
    const product = await service.product({ description: 'Old words', category: 'Mice' });
    const changed = await service.staff('PUT', at(product), { price: '31.00' }, { 'if-match': '"1"' });
    expect([changed.status, changed.headers['etag']]).toEqual([200, '"2"']);
    expect(changed.body).toMatchObject({ price: '31.00', description: 'Old words', category: 'Mice', version: 2 });
    const stale = await service.staff<Problem>('PUT', at(product), { price: '32.00' }, { 'if-match': '"1"' });
    expect([stale.status, stale.body.code]).toEqual([412, 'precondition-failed']);
    expect((await service.staff('PUT', at(product), { sku: product.sku, description: null })).body).toMatchObject({
      description: null,
      price: '31.00',
      version: 3,
    });
    const renamed = await service.staff<Problem>('PUT', at(product), { sku: 'other' });
    expect([renamed.status, renamed.body.code]).toEqual([409, 'sku-immutable']);
    expect((await service.staff('PUT', '/products/2000000000', { name: 'x' })).status).toBe(404);
  });

  it('shows the available quantity with the product and in lists', async () => {
    const product = await service.product();
    const list = `/products?sku=${product.sku}`;
    const shown = async () => {
      const [one, { body }] = [await service.read(at(product)), await service.read<ProductList>(list)];
      return [one.body, body.products[0]].map((each) => pick(each as object, ['in_stock', 'available_quantity']));
    };
    const some = { in_stock: true, available_quantity: 10 };
    expect(await shown()).toEqual([some, some]);
    const first = await service.read(at(product));
    await service.reserve(randomUUID(), [[product, 10]]);
    const none = { in_stock: false, available_quantity: 0 };
    expect(await shown()).toEqual([none, none]);
    // The version is unchanged, so an If-Match read before is still valid.
    const etag = String(first.headers['etag']);
    expect((await service.read(at(product), { 'if-none-match': etag })).body).toMatchObject({ version: 1, ...none });
    expect((await service.staff('PUT', at(product), { price: '31.00' }, { 'if-match': etag })).status).toBe(200);
    expect((await service.staff('PUT', at(product), { price: '32.00' }, { 'if-match': etag })).status).toBe(412);
  });

  it('archives a product: hidden from the public, visible to staff, no longer for sale', async () => {
    const product = await service.product();
    expect((await service.read(at(product))).status).toBe(200);
    expect((await service.staff('DELETE', at(product), undefined, { 'if-match': '"9"' })).status).toBe(412);
    expect((await service.staff('DELETE', at(product))).status).toBe(204);
    expect((await service.staff('DELETE', at(product))).status).toBe(204);
    expect((await service.read(at(product))).status).toBe(404);
    expect((await service.read(`${at(product)}/inventory`)).status).toBe(404);
    expect((await service.read<ProductList>(`/products?sku=${product.sku}`)).body.products).toEqual([]);
    expect((await service.staff(`GET`, at(product))).body).toMatchObject({ status: 'archived' });
    expect((await service.staff<ProductList>('GET', `/products?sku=${product.sku}`)).body.total).toBe(1);
    await expect(service.reserve(randomUUID(), [[product, 1]])).rejects.toMatchObject({ code: 'unknown-product' });
  });

  it('does not archive a product that open orders hold', async () => {
    const product = await service.product();
    await service.reserve(randomUUID(), [[product, 1]]);
    const refused = await service.staff<Problem>('DELETE', at(product));
    expect([refused.status, refused.body.code]).toEqual([409, 'stock-reserved']);
    expect((await service.read(at(product))).body).toMatchObject({ status: 'active', version: 1 });
  });
});
