import { describeOnEachDatabase } from '../../../../test/support/databases.js';
import { ProductsService } from '../../../../test/support/products-service.js';

describeOnEachDatabase('what orders ask about prices', (databaseUrl) => {
  let service: ProductsService;
  beforeAll(async () => {
    service = await ProductsService.start(databaseUrl());
  }, 30_000);
  afterAll(() => service?.stop());

  it('is the price now, with weight and tax category, and holds nothing', async () => {
    const [a, b] = [await service.product(), await service.product({ weight_grams: 40, tax_category: 'food' })];
    await service.staff('PUT', `/products/${a.product_id}`, { price: '1.50' });
    const [common, available] = [{ name: 'Wireless Mouse' }, { available_quantity: 10 }];
    expect(await service.offers([b, a])).toEqual({
      currency: 'USD',
      items: [
        {
          ...common,
          product_id: b.product_id,
          sku: b.sku,
          price: '29.99',
          weight_grams: 40,
          tax_category: 'food',
          ...available,
        },
        {
          ...common,
          product_id: a.product_id,
          sku: a.sku,
          price: '1.50',
          weight_grams: null,
          tax_category: 'standard',
          ...available,
        },
      ],
    });
    expect(await service.stock(a)).toEqual([10, 0, 10]);
  });

  it('is refused for products that are not sold, or without them', async () => {
    const [a, archived] = [await service.product(), await service.product()];
    await service.staff('DELETE', `/products/${archived.product_id}`);
    const gone = { product_id: 2_000_000_000 };
    await expect(service.offers([a, archived, gone])).rejects.toMatchObject({
      code: 'unknown-product',
      details: { product_ids: [archived.product_id, gone.product_id] },
    });
    expect(await service.offers([archived, a, gone], { omit_unknown: true })).toMatchObject({
      items: [{ product_id: a.product_id }],
    });
    await expect(service.offers([])).rejects.toMatchObject({ code: 'validation-failed' });
  });
});
