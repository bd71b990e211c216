import { describeOnEachDatabase } from '../../../../test/support/databases.js';
import { OrdersService, type TestUser } from '../../../../test/support/orders-service.js';
import type { OrderResponseDto } from '../orders/dto/order-response.dto.js';

interface Body {
  code: string;
  items: { order_item_id: number; quantity: number }[];
  [name: string]: unknown;
}

const ADA: TestUser = { user_id: 1, role: 'customer' };
const EVE: TestUser = { user_id: 2, role: 'customer' };
const STAFF: TestUser = { user_id: 8, role: 'staff' };

describeOnEachDatabase('the parts of an order', (databaseUrl) => {
  let orders: OrdersService;
  beforeAll(async () => {
    orders = await OrdersService.start(databaseUrl());
    for (const id of [1, 2, 8]) orders.neighbours.users.add(id);
    orders.neighbours.prices.set(10, '10.00').set(11, '2.50');
    const method = { code: 'parcel', name: 'Parcel', by: 'subtotal', steps: [{ from: '0', price: '5.00' }] };
    await orders.call(STAFF, 'POST', '/shipping-methods', { body: method });
    const rate = { name: 'VAT', country: 'GB', rate: '0.1', includes_shipping: true };
    await orders.call(STAFF, 'POST', '/tax-rates', { body: rate });
  }, 30_000);
  afterAll(() => orders?.stop());

  const HOME = { name: 'Ada', line1: '1 Main Street', city: 'London', postal_code: 'SW1', country: 'GB' };
  const call = (who: TestUser, method: 'GET' | 'POST' | 'PUT', path: string, body?: object, headers = {}) =>
    orders.call<Body>(who, method, path, { ...(body && { body }), headers });
  const read = async (orderId: number) =>
    (await orders.call<OrderResponseDto>(STAFF, 'GET', `/orders/${orderId}`)).body;
  /** Three of 10.00 and two of 2.50, shipping 5.00, a tenth of tax: 44.00. */
  const placed = async () => {
    const items = [10, 11].map((product_id, index) => ({ product_id, quantity: 3 - index }));
    const body = { items, shipping_address: HOME, shipping_method_id: 1 };
    const order = (await orders.call<OrderResponseDto>(ADA, 'POST', '/orders', { body })).body;
    const [tens, small] = order.items.map(({ order_item_id }) => order_item_id) as [number, number];
    return { order, id: order.order_id, tens, small };
  };
  const paid = async () => {
    const made = await placed();
    await call(STAFF, 'PUT', `/orders/${made.id}`, { status: 'paid' });
    return made;
  };
  const eventsOf = async (orderId: number) =>
    (await orders.events(orderId)).map(({ event_type }) => event_type).filter((type) => type !== 'order.created');
  const quantities = async (orderId: number) =>
    (await read(orderId)).items.map((item) => [
      item.quantity_prepared,
      item.quantity_shipped,
      item.quantity_cancelled,
      item.quantity_open,
    ]);

  describe('shipments', () => {
    it('leave one by one, each with its event, and the last one ships the order', async () => {
      const { id, tens, small } = await paid();
      const items = [
        { order_item_id: tens, quantity: 1 },
        { order_item_id: tens, quantity: 1 },
      ];
      const parcels = [{ carrier: 'DHL', tracking_number: 'JD 1' }, { carrier: 'Ada herself' }];
      const first = await call(STAFF, 'POST', `/orders/${id}/shipments`, { items, parcels });
      expect([first.status, first.headers['location']]).toEqual([
        201,
        `/shipments/${String(first.body['shipment_id'])}`,
      ]);
      expect(first.body).toMatchObject({
        ...{
          order_id: id,
          status: 'shipped',
          version: 1,
          allowed_transitions: ['delivered', 'lost'],
          delivered_at: null,
        },
        items: [{ order_item_id: tens, product_id: 10, sku: 'SKU-10', name: 'Product 10', quantity: 2 }],
        parcels: [
          {
            ...parcels[0],
            tracking_url: 'https://www.dhl.com/global-en/home/tracking.html?tracking-id=JD%201',
          },
          { carrier: 'Ada herself', tracking_number: null, tracking_url: null },
        ],
      });
      expect(await read(id)).toMatchObject({
        ...{ status: 'paid', fulfilment_status: 'partially_shipped', carrier: 'DHL', tracking_number: 'JD 1' },
        allowed_transitions: ['shipped'],
      });
      const rest = await call(STAFF, 'POST', `/orders/${id}/shipments`);
      expect(rest.body.items.map(({ order_item_id, quantity }) => [order_item_id, quantity])).toEqual([
        [tens, 1],
        [small, 2],
      ]);
      expect(await read(id)).toMatchObject({ status: 'shipped', fulfilment_status: 'shipped' });
      expect(await eventsOf(id)).toEqual(['order.paid', 'shipment.shipped', 'shipment.shipped', 'order.shipped']);
      const [, sent] = await orders.eventsOf('shipment.shipped', id);
      expect(sent?.payload.shipment).toMatchObject({
        ...{ shipment_id: rest.body['shipment_id'], shipment_ref: rest.body['shipment_ref'] },
        items: [
          { product_id: 10, quantity: 1 },
          { product_id: 11, quantity: 2 },
        ],
      });
    });

    it('are packed, unpacked and packed again before they leave', async () => {
      const { id, tens } = await paid();
      const packed = { items: [{ order_item_id: tens, quantity: 2 }], status: 'prepared' };
      const { body: first } = await call(STAFF, 'POST', `/orders/${id}/shipments`, packed);
      expect(first).toMatchObject({ status: 'prepared', shipped_at: null });
      expect(await quantities(id)).toEqual([
        [2, 0, 0, 1],
        [0, 0, 0, 2],
      ]);
      const again = await call(STAFF, 'POST', `/orders/${id}/shipments`, packed);
      expect(again).toMatchObject({ status: 409, body: { code: 'quantity-exceeds-open' } });
      expect(again.body.items).toEqual([
        { order_item_id: tens, quantity: 1 },
        { order_item_id: expect.any(Number), quantity: 2 },
      ]);
      const path = `/shipments/${String(first['shipment_id'])}`;
      expect((await call(STAFF, 'POST', `${path}/cancel`)).body).toMatchObject({ status: 'cancelled', version: 2 });
      expect((await call(STAFF, 'POST', `${path}/cancel`)).body.code).toBe('invalid-transition');
      expect(await quantities(id)).toEqual([
        [0, 0, 0, 3],
        [0, 0, 0, 2],
      ]);
      const { body: second } = await call(STAFF, 'POST', `/orders/${id}/shipments`, packed);
      const left = await call(STAFF, 'PUT', `/shipments/${String(second['shipment_id'])}`, { status: 'shipped' });
      expect(left.body).toMatchObject({ status: 'shipped', shipped_at: expect.any(String), version: 2 });
      expect(await eventsOf(id)).toEqual(['order.paid', 'shipment.shipped']);
      expect((await call(STAFF, 'POST', `/shipments/${String(second['shipment_id'])}/cancel`)).status).toBe(409);
    });

    it('complete the order with the last delivery, also where one is lost', async () => {
      const { id, tens } = await paid();
      const one = { items: [{ order_item_id: tens, quantity: 1 }] };
      const shipped: unknown[] = [];
      for (const body of [one, one, {}])
        shipped.push((await call(STAFF, 'POST', `/orders/${id}/shipments`, body)).body['shipment_id']);
      const become = (index: number, status: string, headers = {}) =>
        call(STAFF, 'PUT', `/shipments/${String(shipped[index])}`, { status }, headers);
      expect((await become(0, 'delivered', { 'if-match': '"7"' })).status).toBe(412);
      expect((await become(0, 'delivered', { 'if-match': '"1"' })).body).toMatchObject({
        status: 'delivered',
        version: 2,
      });
      expect((await become(1, 'lost')).status).toBe(200);
      expect((await become(1, 'delivered')).body.code).toBe('invalid-transition');
      expect((await read(id)).status).toBe('shipped');
      await become(2, 'delivered');
      expect(await read(id)).toMatchObject({ status: 'completed', fulfilment_status: 'delivered' });
    });

    it('all of an order leave or arrive with a step of the whole', async () => {
      const { id, tens } = await paid();
      await call(STAFF, 'POST', `/orders/${id}/shipments`, {
        items: [{ order_item_id: tens, quantity: 1 }],
        status: 'prepared',
      });
      await call(STAFF, 'PUT', `/orders/${id}`, { status: 'shipped', carrier: 'UPS', tracking_number: '1Z' });
      const list = async () => (await call(STAFF, 'GET', `/orders/${id}/shipments`)).body['shipments'];
      expect(await list()).toMatchObject([
        { status: 'shipped', items: [{ order_item_id: tens, quantity: 1 }], parcels: [] },
        {
          status: 'shipped',
          items: [
            { order_item_id: tens, quantity: 2 },
            { product_id: 11, quantity: 2 },
          ],
          parcels: [{ carrier: 'UPS', tracking_number: '1Z', tracking_url: 'https://www.ups.com/track?tracknum=1Z' }],
        },
      ]);
      await call(STAFF, 'PUT', `/orders/${id}`, { status: 'completed' });
      expect(await list()).toMatchObject([{ status: 'delivered' }, { status: 'delivered' }]);
      expect(await eventsOf(id)).toEqual([
        ...['order.paid', 'shipment.shipped', 'shipment.shipped', 'order.shipped', 'order.completed'],
      ]);
    });

    it('of which there is one parcel are tracked by what the order says', async () => {
      const { id } = await paid();
      await call(STAFF, 'PUT', `/orders/${id}`, { status: 'shipped' });
      await call(STAFF, 'PUT', `/orders/${id}`, { carrier: 'UPS', tracking_number: '1Z' });
      const { body } = await call(STAFF, 'GET', `/orders/${id}/shipments`);
      expect(body['shipments']).toMatchObject([{ version: 2, parcels: [{ carrier: 'UPS', tracking_number: '1Z' }] }]);
      expect(await eventsOf(id)).toEqual(['order.paid', 'shipment.shipped', 'order.shipped']);
    });

    it('are refused before the order is paid, for other lines and for nothing', async () => {
      const { id } = await placed();
      expect((await call(STAFF, 'POST', `/orders/${id}/shipments`)).body.code).toBe('order-not-paid');
      const { id: other, tens } = await paid();
      const codes = async (body: object) => {
        const answer = await call(STAFF, 'POST', `/orders/${other}/shipments`, body);
        return [answer.status, answer.body.code];
      };
      expect(await codes({ items: [{ order_item_id: tens + 1_000, quantity: 1 }] })).toEqual([
        422,
        'validation-failed',
      ]);
      expect(await codes({ items: [] })).toEqual([422, 'validation-failed']);
      expect(await codes({ items: [{ order_item_id: tens, quantity: 4 }] })).toEqual([409, 'quantity-exceeds-open']);
      expect(await codes({})).toEqual([201, undefined]);
      expect(await codes({})).toEqual([409, 'quantity-exceeds-open']);
    });

    it('are seen by their customer and by no other, and repeated once under a key', async () => {
      const { id, tens } = await paid();
      const body = { items: [{ order_item_id: tens, quantity: 1 }] };
      const key = { 'idempotency-key': `ship-${id}` };
      const first = await call(STAFF, 'POST', `/orders/${id}/shipments`, body, key);
      const again = await call(STAFF, 'POST', `/orders/${id}/shipments`, body, key);
      expect(again.body).toEqual(first.body);
      const path = `/shipments/${String(first.body['shipment_id'])}`;
      for (const at of [path, `/orders/${id}/shipments`]) {
        expect([(await call(ADA, 'GET', at)).status, (await call(EVE, 'GET', at)).status]).toEqual([200, 404]);
      }
      expect((await call(ADA, 'POST', `/orders/${id}/shipments`)).status).toBe(403);
      expect((await call(ADA, 'PUT', path, { status: 'delivered' })).status).toBe(403);
      expect((await call(STAFF, 'GET', `/shipments/999999`)).status).toBe(404);
    });
  });

  describe('cancellations', () => {
    const due = async (orderId: number) => {
      const { status, payment_status, amount_due, order_total } = await read(orderId);
      return [status, payment_status, amount_due, order_total];
    };

    it('of a part of a paid order credit its share, with tax, and shipping with the last piece', async () => {
      const { id, tens, small } = await paid();
      const cancel = (items: object[]) =>
        call(STAFF, 'POST', `/orders/${id}/cancellations`, { items, reason: 'Broken' });
      const first = await cancel([
        { order_item_id: tens, quantity: 1 },
        { order_item_id: small, quantity: 2 },
      ]);
      expect([first.status, first.body['amount'], first.body['reason']]).toEqual([201, '16.50', 'Broken']);
      expect(await due(id)).toEqual(['paid', 'overpaid', '0.00', '44.00']);
      await call(STAFF, 'POST', `/orders/${id}/shipments`, { items: [{ order_item_id: tens, quantity: 1 }] });
      const tooMany = await cancel([{ order_item_id: tens, quantity: 2 }]);
      expect(tooMany).toMatchObject({ status: 409, body: { code: 'quantity-exceeds-open' } });
      expect((await cancel([{ order_item_id: tens, quantity: 1 }])).body['amount']).toBe('11.00');
      expect((await read(id)).status).toBe('shipped');
      expect(await eventsOf(id)).toEqual([
        ...[
          'order.paid',
          'order.partially-cancelled',
          'shipment.shipped',
          'order.partially-cancelled',
          'order.shipped',
        ],
      ]);
      const [event] = await orders.eventsOf('order.partially-cancelled', id);
      expect(event?.payload).toMatchObject({
        status: 'paid',
        cancellation: { amount: '16.50', items: [{ product_id: 10, quantity: 1 }, { product_id: 11 }] },
      });
      const { body } = await call(ADA, 'GET', `/orders/${id}/cancellations`);
      expect(body['cancellations']).toMatchObject([{ amount: '16.50' }, { amount: '11.00' }]);
    });

    it('of a part of an unpaid order lower what is due, and no total', async () => {
      const { id, tens } = await placed();
      await call(STAFF, 'POST', `/orders/${id}/cancellations`, { items: [{ order_item_id: tens, quantity: 1 }] });
      expect(await due(id)).toEqual(['pending', 'unpaid', '33.00', '44.00']);
      await call(STAFF, 'PUT', `/orders/${id}`, { status: 'paid' });
      expect(await read(id)).toMatchObject({ status: 'paid', payment_status: 'paid', amount_paid: '33.00' });
    });

    it('of all that is open cancel the order, also what is packed when the whole is cancelled', async () => {
      const { id } = await paid();
      const { body } = await call(STAFF, 'POST', `/orders/${id}/cancellations`, { reason: 'Gone' });
      expect(body['amount']).toBe('44.00');
      expect(await read(id)).toMatchObject({ status: 'cancelled', cancel_reason: 'Gone' });
      expect(await eventsOf(id)).toEqual(['order.paid', 'order.cancelled']);
      const again = await call(STAFF, 'POST', `/orders/${id}/cancellations`);
      expect(again).toMatchObject({ status: 409, body: { code: 'quantity-exceeds-open', items: [] } });

      const { id: packed, tens } = await paid();
      const items = [{ order_item_id: tens, quantity: 1 }];
      await call(STAFF, 'POST', `/orders/${packed}/shipments`, { items, status: 'prepared' });
      await call(STAFF, 'PUT', `/orders/${packed}`, { status: 'cancelled' });
      expect((await call(STAFF, 'GET', `/orders/${packed}/shipments`)).body['shipments']).toMatchObject([
        { status: 'cancelled' },
      ]);
      expect(await read(packed)).toMatchObject({ status: 'cancelled' });
    });

    it('by its customer are of the whole, and until it is paid', async () => {
      const { id, tens } = await placed();
      const cancel = async (who: TestUser, orderId: number, body?: object) => {
        const answer = await call(who, 'POST', `/orders/${orderId}/cancellations`, body);
        return [answer.status, answer.body.code];
      };
      expect(await cancel(EVE, id)).toEqual([404, 'not-found']);
      expect(await cancel(ADA, id, { items: [{ order_item_id: tens, quantity: 1 }] })).toEqual([403, 'forbidden']);
      expect(await cancel(ADA, id)).toEqual([201, undefined]);
      expect(await cancel(ADA, (await paid()).id)).toEqual([409, 'invalid-transition']);
    });

    it('complete an order of which the rest has arrived, and cancel none of which pieces have left', async () => {
      const { id, tens } = await paid();
      const items = [{ order_item_id: tens, quantity: 1 }];
      const { body } = await call(STAFF, 'POST', `/orders/${id}/shipments`, { items });
      await call(STAFF, 'PUT', `/shipments/${String(body['shipment_id'])}`, { status: 'delivered' });
      const whole = await call(STAFF, 'PUT', `/orders/${id}`, { status: 'cancelled' });
      expect(whole).toMatchObject({
        status: 409,
        body: { code: 'invalid-transition', allowed_transitions: ['shipped'] },
      });
      await call(STAFF, 'POST', `/orders/${id}/cancellations`);
      expect(await read(id)).toMatchObject({ status: 'completed', fulfilment_status: 'delivered' });
    });
  });

  it('keep to what was ordered when eight do all at once', async () => {
    const { id, tens, small } = await paid();
    const one = { items: [{ order_item_id: tens, quantity: 1 }] };
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, n) =>
        n % 2
          ? call(STAFF, 'POST', `/orders/${id}/shipments`, one)
          : call(STAFF, 'POST', `/orders/${id}/cancellations`, one),
      ),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(3);
    expect(answers.filter(({ body }) => body.code === 'quantity-exceeds-open')).toHaveLength(5);
    const [line, other] = await quantities(id);
    expect([line?.[0], (line?.[1] ?? 0) + (line?.[2] ?? 0), line?.[3], other]).toEqual([0, 3, 0, [0, 0, 0, 2]]);
    expect(small).toBeGreaterThan(tens);
  });
});
