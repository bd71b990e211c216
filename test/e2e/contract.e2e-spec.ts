import { forEachPlatform } from './support/platforms.js';
import { unique } from './support/client.js';

forEachPlatform('the contract', (platform) => {
  it('a problem has every member, and the request id of its header', async () => {
    const { client } = platform();
    const { status, headers, body } = await client.call('GET', '/products/999999999', {
      headers: { 'x-request-id': 'abcdef-123456' },
    });
    expect(status).toBe(404);
    expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(headers.get('x-request-id')).toBe('abcdef-123456');
    expect(body).toMatchObject({
      status: 404,
      code: 'not-found',
      request_id: 'abcdef-123456',
      instance: '/products/999999999',
    });
    expect(typeof body.type).toBe('string');
  });

  it('an unknown route is a problem of the platform', async () => {
    const { client } = platform();
    const { status, body } = await client.call('GET', '/nothing/here');
    expect([status, body.code]).toEqual([404, 'not-found']);
  });

  it('a pointer names every invalid field', async () => {
    const { client } = platform();
    const { status, body } = await client.call('POST', '/users', {
      body: { email: 'no', password: 'short', role: 'admin' },
    });
    expect([status, body.code]).toEqual([422, 'validation-failed']);
    expect(body.errors.map(({ pointer }: { pointer: string }) => pointer).sort()).toEqual([
      '/email',
      '/full_name',
      '/password',
      '/role',
    ]);
  });

  it('ETag, If-None-Match and If-Match follow the version', async () => {
    const { client } = platform();
    const token = await client.admin();
    const { product_id } = await client.product();
    const path = `/products/${product_id}`;
    const first = await client.call('GET', path);
    const etag = first.headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[^"]+"$/);
    expect((await client.call('GET', path, { headers: { 'if-none-match': etag } })).status).toBe(304);
    const changed = await client.call('PUT', path, { token, body: { price: '31.00' }, headers: { 'if-match': etag } });
    expect([changed.status, changed.body.price]).toEqual([200, '31.00']);
    const stale = await client.call('PUT', path, { token, body: { price: '32.00' }, headers: { 'if-match': etag } });
    expect([stale.status, stale.body.code]).toEqual([412, 'precondition-failed']);
    expect((await client.call('GET', path)).body.price).toBe('31.00');
  });

  it('a cursor visits each list element once, even with equal keys', async () => {
    const { client } = platform();
    const tag = unique('zq');
    for (const price of ['1.00', '2.00', '2.00', '2.00', '3.00']) await client.product({ name: `${tag} thing`, price });
    const prices: string[] = [];
    let path: string | undefined = `/products?q=${tag}&sort=-price&page_size=2`;
    for (let pages = 0; path !== undefined && pages < 5; pages += 1) {
      const { body }: { body: { products: { price: string }[]; next_cursor: string | null } } = await client.call(
        'GET',
        path,
      );
      prices.push(...body.products.map(({ price }) => price));
      path =
        body.next_cursor === null
          ? undefined
          : `/products?q=${tag}&sort=-price&page_size=2&cursor=${encodeURIComponent(body.next_cursor)}`;
    }
    expect(prices).toEqual(['3.00', '2.00', '2.00', '2.00', '1.00']);
  });

  it("another person's objects appear not to exist", async () => {
    const { client } = platform();
    const [ann, bob] = [await client.customer(), await client.customer()];
    const { body: order } = await client.order(ann.token, [[await client.product(), 1]]);
    for (const path of [`/orders/${order.order_id}`, `/users/${ann.id}`, `/users/${ann.id}/orders`]) {
      expect((await client.call('GET', path, { token: ann.token })).status).toBe(200);
      expect((await client.call('GET', path, { token: bob.token })).status).toBe(404);
      expect((await client.call('GET', path)).status).toBe(401);
    }
    expect((await client.call('GET', '/orders', { token: bob.token })).status).toBe(403);
  });

  it('reads come from the cache until a write, and never older than the write', async () => {
    const { client } = platform();
    const token = await client.admin();
    const { product_id } = await client.product();
    const read = () => client.call('GET', `/products/${product_id}`);
    await read();
    expect((await read()).headers.get('x-cache')).toBe('HIT');
    for (const price of ['11.00', '12.00', '13.00']) {
      await client.call('PUT', `/products/${product_id}`, { token, body: { price } });
      expect((await read()).body.price).toBe(price);
    }
  });

  it('the OpenAPI document describes every route of every service', async () => {
    const { client } = platform();
    const { body } = await client.call('GET', '/openapi.json');
    expect(body.openapi).toMatch(/^3\./);
    expect(Object.keys(body.paths)).toEqual(
      expect.arrayContaining([
        '/users',
        '/users/{user_id}',
        '/auth/login',
        '/products',
        '/products/{product_id}/inventory',
        '/orders',
        '/users/{user_id}/orders',
      ]),
    );
  });
});
