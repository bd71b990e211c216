import { describeOnEachDatabase, enforcesChecks } from '../../../test/support/databases.js';
import { eventually } from '../../../test/support/eventually.js';
import { ProductsService } from '../../../test/support/products-service.js';
import { event } from '../../../test/support/sample-events.js';

describeOnEachDatabase('the products service', (databaseUrl) => {
  let service: ProductsService;

  beforeAll(async () => {
    service = await ProductsService.start(databaseUrl());
  }, 30_000);
  afterAll(() => service?.stop());

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
    const { body } = await service.read<{ paths: Record<string, object> }>('/openapi.json');
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
    expect((await service.read('/health/ready')).body).toEqual({
      status: 'ok',
      checks: { database: 'up', queue: 'up' },
    });
  });
});
