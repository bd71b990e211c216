import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { createEmbeddedDatabase, type TestDatabase } from '../../../../test/support/databases.js';
import { eventually } from '../../../../test/support/eventually.js';
import type { RealServer } from '../../../../test/support/process.js';
import { ProductsService, type SomeProduct } from '../../../../test/support/products-service.js';
import { hasRedis, startRedis } from '../../../../test/support/redis.js';
import { Invalidations } from './invalidations.js';

const at = ({ product_id }: SomeProduct) => `/products/${product_id}`;

(hasRedis() ? describe : describe.skip)('an unreadable value in Redis', () => {
  it('is a miss: products, lists, totals and the generation of lists', async () => {
    const [database, redis] = [await createEmbeddedDatabase(), await startRedis()];
    const service = await ProductsService.start(database.url, { REDIS_URL: redis.url });
    const client = new Redis(redis.url);
    try {
      const product = await service.product();
      const urls = [at(product), `${at(product)}/inventory`, `/products?sku=${product.sku}`, '/products?page_size=1'];
      const read = (url: string) => service.call(undefined, 'GET', url);
      await eventually(async () => {
        for (const url of urls) expect((await read(url)).headers['x-cache']).toBe('HIT');
      });
      const right = await Promise.all(urls.map(async (url) => (await read(url)).body));
      for (const damage of ['[', 'garbage', '[1,"x"]\n{"of":"another format"}', '\u0000']) {
        for (const key of await client.keys('*')) await client.set(key, damage, 'KEEPTTL');
        for (const origin of ['MISS', 'HIT']) {
          const shown = await Promise.all(urls.map(read));
          expect(shown.map(({ status, headers }) => [status, headers['x-cache']])).toEqual(
            urls.map(() => [200, origin]),
          );
          expect(shown.map(({ body }) => body)).toEqual(right);
        }
      }
    } finally {
      client.disconnect();
      await service.stop();
      await redis.stop();
      await database.remove();
    }
  }, 60_000);
});

describe.each([
  { store: 'memory', start: undefined, run: describe },
  { store: 'redis', start: startRedis, run: hasRedis() ? describe : describe.skip },
])('cached answers', ({ store, start, run }) => {
  run(`in ${store}`, () => {
    let service: ProductsService;
    let database: TestDatabase;
    let redis: RealServer | undefined;

    beforeAll(async () => {
      database = await createEmbeddedDatabase();
      redis = await start?.();
      service = await ProductsService.start(database.url, redis ? { REDIS_URL: redis.url } : {});
      const warmUp = await service.product();
      await eventually(async () => expect(await origin(at(warmUp))).toBe('HIT'));
    }, 30_000);
    afterAll(async () => {
      await service?.stop();
      await redis?.stop();
      await database?.remove();
    });

    const read = <T = Record<string, unknown>>(url: string, headers: Record<string, string> = {}) =>
      service.call<T>(undefined, 'GET', url, { headers });
    const origin = async (url: string) => (await read(url)).headers['x-cache'];

    it('are the same bytes, tag and links as fresh ones', async () => {
      const product = await service.product({ category: `c-${randomUUID()}` });
      for (const url of [at(product), `${at(product)}/inventory`, `/products?sku=${product.sku}&page_size=1`]) {
        const [miss, hit] = [await read(url), await read(url)];
        expect([miss.headers['x-cache'], hit.headers['x-cache']]).toEqual(['MISS', 'HIT']);
        expect(hit.body).toEqual(miss.body);
        for (const name of ['etag', 'link', 'content-type', 'cache-control', 'vary']) {
          expect([name, hit.headers[name]]).toEqual([name, miss.headers[name]]);
        }
        const known = await read(url, { 'if-none-match': String(hit.headers['etag']) });
        expect([known.status, known.body]).toEqual([304, {}]);
      }
    });

    it('are invalidated by a write before it is acknowledged', async () => {
      const product = await service.product();
      const list = `/products?sku=${product.sku}`;
      for (const price of ['31.00', '32.00']) {
        for (const url of [at(product), list]) await read(url);
        await service.call('staff', 'PUT', at(product), { body: { price } });
        expect((await read(at(product))).body['price']).toBe(price);
        expect((await read<{ products: object[] }>(list)).body.products).toEqual([expect.objectContaining({ price })]);
      }
      await service.call('staff', 'DELETE', at(product));
      expect((await read(at(product))).status).toBe(404);
      expect((await read<{ products: object[] }>(list)).body.products).toEqual([]);
    });

    it('are invalidated by a reservation, but lists only when a product sells out or is available again', async () => {
      const product = await service.product();
      const inventory = `${at(product)}/inventory`;
      const inStock = `/products?sku=${product.sku}&in_stock=true`;
      const total = async () => (await read<{ total: number }>(inStock)).body.total;
      for (const url of [at(product), inventory, inStock]) await read(url);
      await service.reserve(randomUUID(), [[product, 4]]);
      for (const url of [at(product), inventory]) {
        expect((await read(url)).body).toMatchObject({ in_stock: true, available_quantity: 6 });
      }
      expect(await origin(inStock)).toBe('HIT');
      const rest = randomUUID();
      await service.reserve(rest, [[product, 6]]);
      expect([await total(), await origin(inventory)]).toEqual([0, 'MISS']);
      await service.release(rest);
      expect([await total(), (await read(inventory)).body['available_quantity']]).toEqual([1, 6]);
    });

    it('include that a product does not exist, until it is created', async () => {
      const { product_id: last } = await service.product();
      const next = `/products/${last + 1}`;
      for (const url of [next, `${next}/inventory`]) {
        expect([(await read(url)).status, (await read(url)).status]).toEqual([404, 404]);
      }
      expect((await service.product()).product_id).toBe(last + 1);
      for (const url of [next, `${next}/inventory`]) expect((await read(url)).status).toBe(200);
    });

    it('are not used for staff, who also see archived products', async () => {
      const product = await service.product();
      await read(at(product));
      for (const url of [at(product), `${at(product)}/inventory`, '/products']) {
        expect((await service.call('staff', 'GET', url)).headers['x-cache']).toBe('BYPASS');
      }
      expect((await service.call('customer', 'GET', at(product))).headers['x-cache']).toBe('HIT');
    });

    it('keep text that looks like code unchanged', async () => {
      const name = '_function_f|() => process.exit(1)';
      const product = await service.product({ name, description: '_date_2020\n{"etag":"x"}\n\u2028"' });
      const [miss, hit] = [await read(at(product)), await read(at(product))];
      expect(hit.headers['x-cache']).toBe('HIT');
      expect(hit.body).toEqual(miss.body);
      expect(hit.body['name']).toBe(name);
    });

    it('are the same entry for any order of the query', async () => {
      const sku = `S-${randomUUID()}`;
      expect(await origin(`/products?sku=${sku}&page_size=5`)).toBe('MISS');
      expect(await origin(`/products?page_size=5&sku=${sku}`)).toBe('HIT');
      expect(await origin(`/products?page_size=6&sku=${sku}`)).toBe('MISS');
    });
  });
});

(hasRedis() ? describe : describe.skip)('an invalidation', () => {
  let service: ProductsService;
  let database: TestDatabase;
  let redis: RealServer;

  beforeAll(async () => {
    database = await createEmbeddedDatabase();
    redis = await startRedis();
    service = await ProductsService.start(database.url, { REDIS_URL: redis.url, OUTBOX_SWEEP: '200ms' });
  }, 30_000);
  afterAll(async () => {
    await service?.stop();
    await redis?.stop();
    await database?.remove();
  });
  afterEach(() => jest.restoreAllMocks());

  const rows = () => service.database.query("SELECT id FROM outbox WHERE destination = 'cache' AND sent_at IS NULL");

  it('is carried out by the relay when its writer died after the commit', async () => {
    const product = await service.product();
    await eventually(async () => {
      await service.call(undefined, 'GET', at(product));
      expect((await service.call(undefined, 'GET', at(product))).headers['x-cache']).toBe('HIT');
    });
    jest.spyOn(Invalidations.prototype, 'carryOut').mockResolvedValue();
    await service.call('staff', 'PUT', at(product), { body: { price: '7.00' } });
    expect((await service.call(undefined, 'GET', at(product))).body).not.toMatchObject({ price: '7.00' });
    await eventually(async () =>
      expect((await service.call(undefined, 'GET', at(product))).body).toMatchObject({ price: '7.00' }),
    );
    await eventually(async () => expect(await rows()).toEqual([]));
  });

  it('leaves no row behind once it is carried out', async () => {
    const product = await service.product();
    await service.reserve(randomUUID(), [[product, 10]]);
    await eventually(async () => expect(await rows()).toEqual([]));
    const kept = await service.database.query("SELECT id FROM outbox WHERE destination = 'cache'");
    expect(kept.length).toBeLessThanOrEqual(1);
  });
});

(hasRedis() ? describe : describe.skip)('while Redis is unavailable', () => {
  let service: ProductsService;
  let database: TestDatabase;
  let redis: RealServer;
  let product: SomeProduct;

  beforeAll(async () => {
    database = await createEmbeddedDatabase();
    redis = await startRedis();
    service = await ProductsService.start(database.url, { REDIS_URL: redis.url });
    product = await service.product();
  }, 30_000);
  afterAll(async () => {
    await service?.stop();
    await redis?.stop();
    await database?.remove();
  });

  const read = async (url = at(product)) => {
    const started = performance.now();
    const { status, headers } = await service.call(undefined, 'GET', url);
    return { status, origin: headers['x-cache'], ms: performance.now() - started };
  };
  const ready = async () => (await service.call(undefined, 'GET', '/health/ready')).body;

  it('a frozen one costs one time-out and then nothing, and hits return', async () => {
    await eventually(async () => expect((await read()).origin).toBe('HIT'));
    process.kill(redis.pid, 'SIGSTOP');
    try {
      const answers = [];
      for (let i = 0; i < 20; i++) answers.push(await read(i % 2 ? '/products' : at(product)));
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
      expect(answers.filter(({ ms }) => ms > 100).length).toBeLessThanOrEqual(2);
      const changed = await service.call('staff', 'PUT', at(product), { body: { price: '5.00' } });
      expect(changed.status).toBe(200);
    } finally {
      process.kill(redis.pid, 'SIGCONT');
    }
    await eventually(async () => expect((await read()).origin).toBe('HIT'));
  }, 30_000);

  it('with a dead one reads and writes use the database, and readiness reports it', async () => {
    await eventually(async () => expect(await ready()).toMatchObject({ status: 'ok', checks: { redis: 'up' } }));
    await redis.stop();
    await eventually(async () => expect(await read()).toMatchObject({ status: 200, origin: 'BYPASS' }));
    expect((await service.call('staff', 'PUT', at(product), { body: { price: '6.00' } })).status).toBe(200);
    await service.reserve(randomUUID(), [[product, 1]]);
    // Readiness is cached for a moment.
    const degraded = { status: 'degraded', checks: { database: 'up', redis: 'down', queue: 'up' } };
    await eventually(async () => expect(await ready()).toEqual(degraded));
  }, 30_000);
});
