import { randomUUID } from 'node:crypto';
import { Database } from '@app/database';
import { describeOnEachDatabase } from '../../../../test/support/databases.js';
import { at, ProductsService, type SomeProduct } from '../../../../test/support/products-service.js';

interface Problem {
  code: string;
  errors?: { pointer: string; code: string }[];
}

interface MovementList {
  movements: Record<string, unknown>[];
  total: number;
}

describeOnEachDatabase('The inventory of a product', (databaseUrl) => {
  let service: ProductsService;

  beforeAll(async () => {
    service = await ProductsService.start(databaseUrl());
  }, 30_000);
  afterAll(() => service?.stop());

  const inventory = (product: SomeProduct) => `${at(product)}/inventory`;
  const movements = async (product: SomeProduct) =>
    (await service.staff<MovementList>('GET', `${inventory(product)}/movements?sort=at`)).body.movements;

  it('is found by its product, whatever the number of its row', async () => {
    const product = await service.product();
    const sql = 'UPDATE inventory SET inventory_id = inventory_id + 100000 WHERE product_id = ?';
    await service.app.get(Database).execute(sql, [product.product_id]);
    expect((await service.staff('PUT', inventory(product), { adjustment: 1 })).status).toBe(200);
  });

  it('sets and adjusts the stock, and the ledger adds up', async () => {
    const product = await service.product({ warehouse_location: 'Hall 1' });
    const first = await service.staff('GET', inventory(product));
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
    const counted = await service.staff(
      'PUT',
      inventory(product),
      { stock_quantity: 12, reason: 'count' },
      { 'if-match': etag },
    );
    expect([counted.status, counted.body['stock_quantity']]).toEqual([200, 12]);
    expect((await service.staff('PUT', inventory(product), { adjustment: 1 }, { 'if-match': etag })).status).toBe(412);
    const key = { 'idempotency-key': randomUUID() };
    const moved = await service.staff('PUT', inventory(product), { adjustment: 3, warehouse_location: null }, key);
    expect(moved.body).toMatchObject({ stock_quantity: 15, warehouse_location: null });
    const repeated = await service.staff('PUT', inventory(product), { adjustment: 3, warehouse_location: null }, key);
    expect([repeated.headers['idempotency-replayed'], repeated.body]).toEqual(['true', moved.body]);
    expect((await service.staff('GET', inventory(product))).body).toEqual(moved.body);
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
    const shown = await service.read(inventory(product));
    expect(shown.body).toEqual(available);
    expect((await service.call('customer', 'GET', inventory(product))).body).toEqual(available);
    const known = await service.read(inventory(product), { 'if-none-match': String(shown.headers['etag']) });
    expect(known.status).toBe(304);
    await service.reserve(randomUUID(), [[product, 6]]);
    const soldOut = await service.read(inventory(product), { 'if-none-match': String(shown.headers['etag']) });
    expect(soldOut.body).toEqual({ ...available, in_stock: false, available_quantity: 0 });
  });

  it('never falls below the reserved quantity', async () => {
    const product = await service.product();
    await service.reserve(randomUUID(), [[product, 4]]);
    for (const body of [{ stock_quantity: 3 }, { adjustment: -7 }]) {
      const refused = await service.staff<Problem>('PUT', inventory(product), body);
      expect([refused.status, refused.body.code]).toEqual([409, 'below-reserved']);
    }
    expect((await service.staff('PUT', inventory(product), { adjustment: -6 })).body).toMatchObject({
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
    const answer = await service.staff<Problem>('PUT', inventory(product), body);
    expect([answer.status, answer.body.code]).toEqual([422, 'validation-failed']);
    expect(await service.stock(product)).toEqual([10, 0, 10]);
  });

  it('notifies staff once when the available quantity falls to the threshold', async () => {
    const product = await service.product();
    await service.staff('PUT', inventory(product), { low_stock_threshold: 5 });
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
