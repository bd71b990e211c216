import { brotliDecompressSync } from 'node:zlib';
import { createEmbeddedDatabase, type TestDatabase } from '../../../../test/support/databases.js';
import { ProductsService, type SomeProduct } from '../../../../test/support/products-service.js';

describe('with PUBLIC_MAX_AGE', () => {
  let service: ProductsService;
  let database: TestDatabase;
  let product: SomeProduct;
  let urls: string[];
  beforeAll(async () => {
    database = await createEmbeddedDatabase();
    service = await ProductsService.start(database.url, { PUBLIC_MAX_AGE: '60' });
    product = await service.product({ description: 'Three buttons. '.repeat(200) });
    urls = [
      `/products/${product.product_id}`,
      `/products?sku=${product.sku}`,
      `/products/${product.product_id}/inventory`,
    ];
  }, 30_000);
  afterAll(async () => {
    await service?.stop();
    await database?.remove();
  });

  const kept = async (...call: Parameters<ProductsService['call']>) =>
    (await service.call(...call)).headers['cache-control'];

  it('products, lists and the public inventory may be cached that long without a token, on a hit or a miss', async () => {
    for (const url of urls) {
      for (const origin of ['MISS', 'HIT']) {
        const { headers } = await service.call(undefined, 'GET', url);
        expect([url, headers['x-cache'], headers['cache-control']]).toEqual([url, origin, 'public, max-age=60']);
        expect(headers['vary']).toContain('Authorization');
        const known = { headers: { 'if-none-match': String(headers['etag']) } };
        const again = await service.call(undefined, 'GET', url, known);
        expect([again.status, again.headers['cache-control']]).toEqual([304, 'public, max-age=60']);
      }
    }
  });

  it('responses with a token and errors must not be cached', async () => {
    for (const url of urls) {
      for (const role of ['staff', 'customer'] as const) {
        expect([url, role, await kept(role, 'GET', url)]).toEqual([url, role, 'no-store']);
      }
      const forged = { headers: { authorization: 'Bearer forged' } };
      expect([url, await kept(undefined, 'GET', url, forged)]).toEqual([url, 'no-store']);
    }
    for (const url of ['/products/999999', '/products/999999/inventory', '/products/x', '/products?page_size=0']) {
      expect([url, await kept(undefined, 'GET', url)]).toEqual([url, 'no-store']);
    }
    expect(await kept('staff', 'PUT', urls[0] ?? '', { body: { price: '31.00' } })).toBe('no-store');
  });

  it('lists and products with long descriptions are also compressed on a hit, without a token', async () => {
    for (const url of urls.slice(0, 2)) {
      const ask = (headers: Record<string, string>) => service.app.inject({ url, headers });
      const plain = await ask({});
      for (const coded of [await ask({ 'accept-encoding': 'br' }), await ask({ 'accept-encoding': 'br' })]) {
        expect(brotliDecompressSync(coded.rawPayload).toString()).toBe(plain.payload);
        expect(coded.headers['etag']).toBe(String(plain.headers['etag']).replace(/"$/, '+br"'));
      }
    }
    const long = { headers: { 'accept-encoding': 'br' } };
    for (const url of urls) {
      expect((await service.call('staff', 'GET', url, long)).headers).not.toHaveProperty('content-encoding');
    }
  });

  it('the tag of a compressed product is valid for If-Match', async () => {
    const url = urls[0] ?? '';
    const { headers } = await service.app.inject({ url, headers: { 'accept-encoding': 'br' } });
    const change = () =>
      service.call('staff', 'PUT', url, { body: { price: '32.00' }, headers: { 'if-match': String(headers['etag']) } });
    expect((await change()).status).toBe(200);
    expect((await change()).status).toBe(412);
  });
});

it('without PUBLIC_MAX_AGE browsers and CDNs revalidate each time', async () => {
  const database = await createEmbeddedDatabase();
  const service = await ProductsService.start(database.url);
  try {
    const { product_id } = await service.product();
    for (const url of [`/products/${product_id}`, '/products', `/products/${product_id}/inventory`]) {
      expect((await service.call(undefined, 'GET', url)).headers['cache-control']).toBe('no-cache');
    }
  } finally {
    await service.stop();
    await database.remove();
  }
});
