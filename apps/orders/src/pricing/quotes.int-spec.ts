import { createEmbeddedDatabase, describeOnEachDatabase } from '../../../../test/support/databases.js';
import { OrdersService, type TestUser } from '../../../../test/support/orders-service.js';

const STAFF: TestUser = { user_id: 8, role: 'staff' };
const ADDRESS = { name: 'Ada', line1: '12 St James’s Square', city: 'London', postal_code: 'sw1y 4jh', country: 'GB' };

describeOnEachDatabase('a quote', (databaseUrl) => {
  let orders: OrdersService;
  let [parcel, abroad] = [0, 0];

  beforeAll(async () => {
    orders = await OrdersService.start(databaseUrl());
    orders.neighbours.prices.set(10, '19.99').set(11, '2.50');
    orders.neighbours.goods.set(11, { weight_grams: 400, tax_category: 'food' });
    const add = async (path: string, body: object) => (await orders.call(STAFF, 'POST', path, { body })).body;
    const steps = [
      { from: '0', price: '4.90' },
      { from: '1000', price: '9.90' },
    ];
    const method = { code: 'parcel', name: 'Parcel', by: 'weight', steps, free_from: '100' };
    parcel = Number((await add('/shipping-methods', method))['shipping_method_id']);
    const other = { ...method, code: 'abroad', countries: ['US'] };
    abroad = Number((await add('/shipping-methods', other))['shipping_method_id']);
    const vat = { name: 'VAT', country: 'GB', rate: '0.2', includes_shipping: true };
    await add('/tax-rates', vat);
    await add('/tax-rates', { ...vat, name: 'Local', rate: '0.05', postal_prefix: 'SW1', tax_category: 'food' });
    await add('/tax-rates', { ...vat, name: 'Former', rate: '0.175', valid_to: '2011-01-04T00:00:00Z', region: null });
  }, 30_000);
  afterAll(() => orders?.stop());

  const quote = (body: object) => orders.call(undefined, 'POST', '/quotes', { body });

  it('says what lines, shipping and tax cost', async () => {
    const items = [
      { product_id: 11, quantity: 1 },
      { product_id: 10, quantity: 3 },
      { product_id: 11, quantity: 1 },
    ];
    const answer = await quote({ items, shipping_address: ADDRESS, shipping_method_id: parcel });
    expect(answer.status).toBe(200);
    // 59.97 × 0.20 = 11.994, 5.00 × 0.05 = 0.25, shipping 4.90 × 0.20 = 0.98
    expect(answer.body).toEqual({
      items: [
        {
          ...{ product_id: 10, sku: 'SKU-10', name: 'Product 10', quantity: 3, price: '19.99' },
          ...{ discount_total: '0.00', line_total: '59.97', tax_rate: '0.2', tax_total: '11.99' },
        },
        {
          ...{ product_id: 11, sku: 'SKU-11', name: 'Product 11', quantity: 2, price: '2.50' },
          ...{ discount_total: '0.00', line_total: '5.00', tax_rate: '0.05', tax_total: '0.25' },
        },
      ],
      ...{ items_total: '64.97', discount_total: '0.00', shipping_total: '4.90', tax_total: '13.22' },
      ...{ prices_include_tax: false, order_total: '83.09', currency: 'USD' },
      tax_lines: [
        { name: 'VAT', rate: '0.2', amount: '12.97' },
        { name: 'Local', rate: '0.05', amount: '0.25' },
      ],
      shipping_method: { code: 'parcel', name: 'Parcel' },
      shipping_methods: [{ shipping_method_id: parcel, code: 'parcel', name: 'Parcel', price: '4.90' }],
    });
  });

  it('counts grams: three pieces of 400 are above a kilogram', async () => {
    const { body } = await quote({ items: [{ product_id: 11, quantity: 3 }], shipping_method_id: null });
    expect(body).toMatchObject({
      shipping_total: '0.00',
      shipping_method: null,
      shipping_methods: [{ price: '9.90' }],
    });
  });

  it('is without tax where no address is', async () => {
    const { body } = await quote({ items: [{ product_id: 10, quantity: 1 }], shipping_address: null });
    expect(body).toMatchObject({ tax_total: '0.00', tax_lines: [], order_total: '19.99' });
  });

  it('refuses a method that is closed to the address', async () => {
    const items = [{ product_id: 10, quantity: 1 }];
    for (const id of [abroad, 999]) {
      expect(await quote({ items, shipping_address: ADDRESS, shipping_method_id: id })).toMatchObject({
        status: 409,
        body: { code: 'shipping-method-unavailable', shipping_method_ids: [parcel] },
      });
    }
  });

  it('refuses products that there are not, and what is no quote', async () => {
    expect(await quote({ items: [{ product_id: 99, quantity: 1 }] })).toMatchObject({
      status: 422,
      body: { code: 'unknown-product' },
    });
    const line = { product_id: 10, quantity: 1 };
    for (const [body, pointer] of [
      [{ items: [] }, '/items'],
      [{ items: [{ ...line, price: '0.01' }] }, '/items/0/price'],
      [{ items: [line], order_total: '1.00' }, '/order_total'],
      [{ items: [line], shipping_address: { ...ADDRESS, country: 'UK' } }, '/shipping_address/country'],
      [
        {
          items: [
            { ...line, quantity: 600 },
            { ...line, quantity: 600 },
          ],
        },
        '/items/1/quantity',
      ],
    ] as const) {
      expect(await quote(body)).toMatchObject({ status: 422, body: { errors: [{ pointer }] } });
    }
  });

  it('creates and reserves nothing', async () => {
    await quote({ items: [{ product_id: 10, quantity: 1 }] });
    expect(orders.neighbours.reserved).toEqual([]);
    expect(await orders.database.query('SELECT order_id FROM orders')).toEqual([]);
  });
});

it('includes the tax where prices do', async () => {
  const database = await createEmbeddedDatabase();
  const orders = await OrdersService.start(database.url, { PRICES_INCLUDE_TAX: 'true' });
  try {
    orders.neighbours.prices.set(10, '12.00');
    await orders.call(STAFF, 'POST', '/tax-rates', { body: { name: 'VAT', country: 'GB', rate: '0.2' } });
    const body = { items: [{ product_id: 10, quantity: 1 }], shipping_address: ADDRESS };
    expect((await orders.call(undefined, 'POST', '/quotes', { body })).body).toMatchObject({
      ...{ prices_include_tax: true, tax_total: '2.00', order_total: '12.00' },
    });
  } finally {
    await orders.stop();
    await database.remove();
  }
});
