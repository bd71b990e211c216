import { describeOnEachDatabase } from '../../../../test/support/databases.js';
import { eventually } from '../../../../test/support/eventually.js';
import { OrdersService, type TestUser } from '../../../../test/support/orders-service.js';
import type { OrderResponseDto } from '../orders/dto/order-response.dto.js';
import { PayableOrdersService } from '../orders/payable-orders.service.js';
import { UnpaidOrdersSweeper } from './unpaid-orders.sweeper.js';

const ADA: TestUser = { user_id: 1, role: 'customer' };
const STAFF: TestUser = { user_id: 8, role: 'staff' };
const LONDON = { name: 'Ada', line1: '12 St James’s Square', city: 'London', postal_code: 'SW1Y 4JH', country: 'GB' };
const PARIS = { ...LONDON, city: 'Paris', postal_code: '75001', country: 'FR' };
const ITEMS = [
  { product_id: 11, quantity: 2 },
  { product_id: 10, quantity: 3 },
];
/** 59.97 × 0.20 = 11.994, 5.00 × 0.05 = 0.25, shipping 4.90 × 0.20 = 0.98 */
const ADDED = {
  ...{ items_total: '64.97', discount_total: '0.00', shipping_total: '4.90', tax_total: '13.22' },
  ...{ prices_include_tax: false, order_total: '83.09' },
  tax_lines: [
    { name: 'VAT', rate: '0.2', amount: '12.97' },
    { name: 'Food', rate: '0.05', amount: '0.25' },
  ],
  shipping_method: { code: 'parcel', name: 'Parcel' },
};

type Answer = OrderResponseDto & { code: string; quote: Record<string, unknown>; shipping_method_ids: number[] };

describeOnEachDatabase('an order at its quote', (databaseUrl) => {
  let orders: OrdersService;
  let [parcel, abroad, vat] = [0, 0, 0];

  beforeAll(async () => {
    orders = await OrdersService.start(databaseUrl());
    for (const id of [1, 8]) orders.neighbours.users.add(id);
    sell(orders);
    const add = async (path: string, body: object) => (await orders.call(STAFF, 'POST', path, { body })).body;
    const method = { code: 'parcel', name: 'Parcel', by: 'weight', steps: [{ from: '0', price: '4.90' }] };
    parcel = Number((await add('/shipping-methods', method))['shipping_method_id']);
    const other = { ...method, code: 'abroad', countries: ['FR'] };
    abroad = Number((await add('/shipping-methods', other))['shipping_method_id']);
    const rate = { name: 'VAT', country: 'GB', rate: '0.2', includes_shipping: true };
    vat = Number((await add('/tax-rates', rate))['tax_rate_id']);
    await add('/tax-rates', { ...rate, name: 'Food', rate: '0.05', tax_category: 'food', includes_shipping: false });
  }, 30_000);
  afterAll(() => orders?.stop());

  const sell = ({ neighbours }: OrdersService) => {
    neighbours.prices.set(10, '19.99').set(11, '2.50').set(12, '0.00');
    neighbours.goods.set(11, { weight_grams: 400, tax_category: 'food' });
  };
  const place = (body: object, key?: string, shop = orders) =>
    shop.call<Answer>(ADA, 'POST', '/orders', {
      body: { items: ITEMS, ...body },
      ...(key !== undefined && { headers: { 'idempotency-key': key } }),
    });
  const read = async (orderId: number) => (await orders.call<Answer>(ADA, 'GET', `/orders/${orderId}`)).body;
  const count = async () => (await orders.database.query('SELECT order_id FROM orders')).length;
  /** The last hold that was asked for has been given back. */
  const isReleased = () =>
    eventually(async () => expect(orders.neighbours.released).toContain(orders.neighbours.reserved.at(-1)?.order_ref));

  it('goes for its buyer to no place that would be taxed or sent otherwise, and where staff say', async () => {
    const move = async (who: TestUser, { order_id }: Answer, shipping_address: object | null) => {
      const { status, body } = await orders.call<Answer>(who, 'PUT', `/orders/${order_id}`, {
        body: { shipping_address },
      });
      return [status, body.code];
    };
    const leeds = { ...LONDON, city: 'Leeds', postal_code: 'LS1 4AP' };
    const there = { ...LONDON, country: 'IE' };
    const { body: untaxed } = await place({ shipping_address: PARIS });
    const refused = [409, 'address-fixed'];
    expect(await move(ADA, untaxed, LONDON)).toEqual(refused);
    expect(await move(ADA, untaxed, there)).toEqual([200, undefined]);
    const { body: nowhere } = await place({});
    expect(await move(ADA, nowhere, LONDON)).toEqual(refused);
    const { body: taxed } = await place({ shipping_address: LONDON, shipping_method_id: parcel });
    expect(await move(ADA, taxed, leeds)).toEqual([200, undefined]);
    expect(await move(ADA, taxed, null)).toEqual(refused);
    const { body: sent } = await place({ shipping_address: PARIS, shipping_method_id: abroad });
    expect(await move(ADA, sent, there)).toEqual(refused);
    expect(await move(STAFF, sent, there)).toEqual([200, undefined]);
    expect((await read(untaxed.order_id)).shipping_address).toEqual(there);
  });

  it('costs lines, shipping and the tax that is added', async () => {
    const { status, body } = await place({ shipping_address: LONDON, shipping_method_id: parcel });
    expect(status).toBe(201);
    expect(body).toMatchObject({ ...ADDED, amount_due: '83.09', status: 'pending' });
    expect(body.items).toMatchObject([
      { product_id: 10, discount_total: '0.00', line_total: '59.97', tax_rate: '0.2', tax_total: '11.99' },
      { product_id: 11, discount_total: '0.00', line_total: '5.00', tax_rate: '0.05', tax_total: '0.25' },
    ]);
    expect(await read(body.order_id)).toEqual(body);
    expect((await orders.events(body.order_id))[0]?.payload).toMatchObject(ADDED);
    const quoted = { items: ITEMS, shipping_address: LONDON, shipping_method_id: parcel };
    const { body: quote } = await orders.call(undefined, 'POST', '/quotes', { body: quoted });
    expect(quote).toMatchObject(ADDED);
  });

  it('includes the tax where prices do', async () => {
    const inclusive = await OrdersService.start(databaseUrl(), { PRICES_INCLUDE_TAX: 'true' });
    try {
      inclusive.neighbours.users.add(1);
      sell(inclusive);
      const { body } = await place({ shipping_address: LONDON, shipping_method_id: parcel }, undefined, inclusive);
      // 59.97 × 0.2 / 1.2 = 9.995, 5.00 × 0.05 / 1.05 = 0.238, 4.90 × 0.2 / 1.2 = 0.817
      expect(body).toMatchObject({
        ...{ items_total: '64.97', shipping_total: '4.90', tax_total: '11.06', prices_include_tax: true },
        order_total: '69.87',
        tax_lines: [{ amount: '10.82' }, { amount: '0.24' }],
      });
      expect(await read(body.order_id)).toEqual(body);
    } finally {
      await inclusive.stop();
    }
  }, 30_000);

  it('is without tax where no address is, and without shipping where no method is', async () => {
    const { body } = await place({ shipping_method_id: parcel });
    expect(body).toMatchObject({ tax_lines: [], shipping_total: '4.90', order_total: '69.87' });
    expect((await place({ shipping_address: LONDON, shipping_method_id: null })).body).toMatchObject({
      ...{ shipping_method: null, shipping_total: '0.00', tax_total: '12.24', order_total: '77.21' },
    });
  });

  it.each(['83.09', 83.09])('is placed at the total that is expected, %p', async (expected_total) => {
    const { status, body } = await place({ shipping_address: LONDON, shipping_method_id: parcel, expected_total });
    expect([status, body.order_total]).toEqual([201, '83.09']);
  });

  it('is not placed at another total: the answer has the quote, the stock is free, and the key takes the new total', async () => {
    const before = await count();
    const asked = { shipping_address: LONDON, shipping_method_id: parcel };
    const refused = await place({ ...asked, expected_total: '83.08' }, 'changed');
    expect(refused).toMatchObject({ status: 409, body: { code: 'total-changed', quote: ADDED } });
    const { quote } = refused.body;
    expect(quote['shipping_methods']).toMatchObject([{ shipping_method_id: parcel, price: '4.90' }]);
    await isReleased();
    expect(await count()).toBe(before);
    expect(await place({ ...asked, expected_total: quote['order_total'] }, 'changed')).toMatchObject({ status: 201 });
  });

  it('is not placed with a shipping method that is closed to its address, and its stock is free', async () => {
    const before = await count();
    for (const id of [abroad, 999]) {
      const answer = await place({ shipping_address: LONDON, shipping_method_id: id });
      expect(answer).toMatchObject({
        status: 409,
        body: { code: 'shipping-method-unavailable', shipping_method_ids: [parcel] },
      });
      await isReleased();
    }
    expect(await count()).toBe(before);
    expect((await place({ shipping_address: PARIS, shipping_method_id: abroad })).body).toMatchObject({
      ...{ shipping_method: { code: 'abroad' }, tax_lines: [], order_total: '69.87' },
    });
  });

  it('keeps its amounts when rates and methods change, also in the answer to a repeated request', async () => {
    const asked = { shipping_address: LONDON, shipping_method_id: parcel, expected_total: '83.09' };
    const { body: order } = await place(asked, 'replayed');
    const put = (path: string, body: object) => orders.call(STAFF, 'PUT', path, { body });
    await put(`/tax-rates/${vat}`, { name: 'New VAT', rate: '0.25' });
    await put(`/shipping-methods/${parcel}`, { name: 'Post', steps: [{ from: '0', price: '5.90' }] });
    try {
      expect(await read(order.order_id)).toEqual(order);
      const again = await place(asked, 'replayed');
      expect(again).toMatchObject({ status: 201, body: order, headers: { 'idempotency-replayed': 'true' } });
      expect(await place(asked)).toMatchObject({ status: 409, body: { quote: { shipping_total: '5.90' } } });
      const paid = (await put(`/orders/${order.order_id}`, { status: 'paid' })).body;
      expect(paid).toMatchObject({ ...ADDED, amount_paid: '83.09', amount_due: '0.00' });
      expect((await orders.events(order.order_id)).at(-1)?.payload).toMatchObject({ status: 'paid', ...ADDED });
    } finally {
      await put(`/tax-rates/${vat}`, { name: 'VAT', rate: '0.2' });
      await put(`/shipping-methods/${parcel}`, { name: 'Parcel', steps: [{ from: '0', price: '4.90' }] });
    }
  });

  it('is paid when it is placed if it costs nothing: it does not expire, and nobody can pay it', async () => {
    const { status, body } = await place({ items: [{ product_id: 12, quantity: 1 }], expected_total: '0.00' });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      ...{ status: 'paid', payment_status: 'paid', fulfilment_status: 'unfulfilled', order_total: '0.00' },
      ...{ amount_paid: '0.00', amount_due: '0.00', version: 1, history: [{ status: 'paid', by: 1 }] },
    });
    const events = await orders.events(body.order_id);
    expect(events.map(({ event_type, payload }) => [event_type, payload.status, payload.previous_status])).toEqual([
      ['order.created', 'paid', null],
      ['order.paid', 'paid', null],
    ]);
    await orders.database.execute('UPDATE orders SET created_at = ? WHERE order_id = ?', [
      new Date(Date.now() - 7 * 86_400_000),
      body.order_id,
    ]);
    await orders.app.get(UnpaidOrdersSweeper).sweep();
    expect((await read(body.order_id)).status).toBe('paid');
    const payable = await orders.app.get(PayableOrdersService).get(body.order_id, { user_id: 1 });
    expect(payable).toMatchObject({ unpayable: 'already-paid', amount_due: '0.00' });
    const shipped = await orders.call(STAFF, 'PUT', `/orders/${body.order_id}`, { body: { status: 'shipped' } });
    expect(shipped.body).toMatchObject({ status: 'shipped', payment_status: 'paid' });
  });
});
