import { describeOnEachDatabase } from '../../../../test/support/databases.js';
import { eventually } from '../../../../test/support/eventually.js';
import { OrdersService, type TestUser } from '../../../../test/support/orders-service.js';
import type { OrderResponseDto } from '../orders/dto/order-response.dto.js';

interface Body {
  code: string;
  return_id: number;
  [name: string]: unknown;
}

const ADA: TestUser = { user_id: 1, role: 'customer' };
const EVE: TestUser = { user_id: 2, role: 'customer' };
const STAFF: TestUser = { user_id: 8, role: 'staff' };

describeOnEachDatabase('returns', (databaseUrl) => {
  let orders: OrdersService;
  beforeAll(async () => {
    orders = await OrdersService.start(databaseUrl());
    for (const id of [1, 2, 8]) orders.neighbours.users.add(id);
    orders.neighbours.prices.set(10, '10.00').set(11, '0.01');
    const method = { code: 'parcel', name: 'Parcel', by: 'subtotal', steps: [{ from: '0', price: '5.00' }] };
    await orders.call(STAFF, 'POST', '/shipping-methods', { body: method });
  }, 30_000);
  afterAll(() => orders?.stop());

  const call = (who: TestUser, method: 'GET' | 'POST' | 'PUT', path: string, body?: object, headers = {}) =>
    orders.call<Body>(who, method, path, { ...(body && { body }), headers });
  const read = async (orderId: number) =>
    (await orders.call<OrderResponseDto>(STAFF, 'GET', `/orders/${orderId}`)).body;
  /** Three of 10.00, and shipping of 5.00. */
  const shipped = async (who = ADA) => {
    const body = { items: [{ product_id: 10, quantity: 3 }], shipping_method_id: 1 };
    const order = (await orders.call<OrderResponseDto>(who, 'POST', '/orders', { body })).body;
    for (const status of ['paid', 'shipped']) await call(STAFF, 'PUT', `/orders/${order.order_id}`, { status });
    return { id: order.order_id, item: order.items[0]?.order_item_id ?? 0 };
  };
  const ask = (who: TestUser, orderId: number, item: number, quantity: number, headers = {}) => {
    const body = { items: [{ order_item_id: item, quantity, reason: 'Too small' }] };
    return call(who, 'POST', `/orders/${orderId}/returns`, body, headers);
  };
  const step = (returnId: number, name: string, body?: object, who = STAFF) =>
    call(who, 'POST', `/returns/${returnId}/${name}`, body);
  /** A return of so many pieces that has arrived. */
  const received = async (quantity: number, pieces: object[] | undefined = undefined) => {
    const { id, item } = await shipped();
    const { body } = await ask(ADA, id, item, quantity);
    await step(body.return_id, 'approve');
    const items = (pieces ?? [{ quantity, condition: 'resellable' }]).map((each) => ({ order_item_id: item, ...each }));
    const answer = await step(body.return_id, 'receive', { items });
    return { id, item, returnId: body.return_id, answer };
  };
  const eventsOf = async (orderId: number) =>
    (await orders.events(orderId)).map(({ event_type }) => event_type).filter((type) => type.startsWith('return.'));

  it('go from the request to the refund, each step once and with its event', async () => {
    const { id, item } = await shipped();
    const asked = await ask(ADA, id, item, 2);
    expect([asked.status, asked.headers['location']]).toEqual([201, `/returns/${asked.body.return_id}`]);
    expect(asked.body).toMatchObject({
      ...{ order_id: id, status: 'requested', received: [], suggested_refund: null, refund_amount: null, version: 1 },
      items: [{ order_item_id: item, product_id: 10, sku: 'SKU-10', quantity: 2, reason: 'Too small' }],
      allowed_transitions: ['cancelled'],
    });
    const { return_id } = asked.body;
    expect(
      (await step(return_id, 'receive', { items: [{ order_item_id: item, quantity: 1, condition: 'damaged' }] }))
        .status,
    ).toBe(409);
    expect((await step(return_id, 'approve')).body).toMatchObject({ status: 'approved', version: 2 });
    expect((await step(return_id, 'approve')).body).toMatchObject({
      ...{ code: 'invalid-transition', current_status: 'approved', allowed_transitions: ['received', 'cancelled'] },
    });
    const items = [
      { order_item_id: item, quantity: 1, condition: 'resellable' },
      { order_item_id: item, quantity: 1, condition: 'damaged' },
    ];
    expect((await step(return_id, 'receive', { items })).body).toMatchObject({
      ...{ status: 'received', suggested_refund: '20.00', refund_amount: null },
      received: [
        { condition: 'resellable', restock: true },
        { condition: 'damaged', restock: false },
      ],
    });
    expect(await read(id)).toMatchObject({
      fulfilment_status: 'partially_returned',
      items: [{ quantity_returned: 2 }],
    });
    const settled = await step(return_id, 'settle', { fee: '3.50' });
    expect(settled.body).toMatchObject({ status: 'settled', refund_amount: '16.50', fee: '3.50' });
    expect((await step(return_id, 'settle', {})).body.code).toBe('invalid-transition');
    expect(await eventsOf(id)).toEqual(['return.requested', 'return.approved', 'return.received', 'return.settled']);
    const [event] = await orders.eventsOf('return.received', id);
    expect(event?.payload.return.items).toMatchObject([
      { product_id: 10, quantity: 2, quantity_received: 2, quantity_restocked: 1 },
    ]);
  });

  it.each([
    ['more than was announced', 1, [{ quantity: 2, condition: 'resellable' }], 'quantity-exceeds-announced'],
    [
      'in two conditions, too',
      1,
      [
        { quantity: 1, condition: 'resellable' },
        { quantity: 1, condition: 'missing' },
      ],
      'quantity-exceeds-announced',
    ],
    ['what is missing on sale again', 1, [{ quantity: 1, condition: 'missing', restock: true }], 'validation-failed'],
  ])('receive not %s', async (_, quantity, pieces, code) => {
    const { answer, id } = await received(quantity, pieces);
    expect(answer.body.code).toBe(code);
    expect((await read(id)).items).toMatchObject([{ quantity_returned: 0 }]);
  });

  it('pay for what arrived, never for what was announced', async () => {
    const { id, returnId, answer } = await received(3, [{ quantity: 2, condition: 'resellable' }]);
    expect(answer.body).toMatchObject({ suggested_refund: '20.00' });
    const refused = await step(returnId, 'settle', { refund_amount: '20.01' });
    expect(refused).toMatchObject({ status: 409, body: { code: 'refund-exceeds-received', received_value: '20.00' } });
    expect((await step(returnId, 'settle', { refund_amount: '15.00', fee: '5.01' })).status).toBe(409);
    expect((await step(returnId, 'settle', { fee: '20.01' })).status).toBe(409);
    expect((await step(returnId, 'settle', { refund_amount: '15.00', fee: '5.00' })).status).toBe(200);
    expect((await read(id)).items).toMatchObject([{ quantity_returned: 2 }]);
  });

  it('give shipping back with the last piece, in any parts', async () => {
    const { id, item } = await shipped();
    const back: unknown[] = [];
    for (const quantity of [1, 2]) {
      const { body } = await ask(ADA, id, item, quantity);
      await step(body.return_id, 'approve');
      await step(body.return_id, 'receive', { items: [{ order_item_id: item, quantity, condition: 'resellable' }] });
      back.push((await step(body.return_id, 'settle')).body['refund_amount']);
    }
    expect(back).toEqual(['10.00', '25.00']);
    expect(await read(id)).toMatchObject({ status: 'completed', fulfilment_status: 'returned' });
  });

  it('give back all that was paid, also if some was cancelled before it was', async () => {
    const body = { items: [{ product_id: 10, quantity: 3 }] };
    const order = (await orders.call<OrderResponseDto>(ADA, 'POST', '/orders', { body })).body;
    const [id, item] = [order.order_id, order.items[0]?.order_item_id ?? 0];
    await call(STAFF, 'POST', `/orders/${id}/cancellations`, { items: [{ order_item_id: item, quantity: 1 }] });
    for (const status of ['paid', 'shipped']) await call(STAFF, 'PUT', `/orders/${id}`, { status });
    expect(await read(id)).toMatchObject({ amount_paid: '20.00' });
    const { return_id } = (await ask(ADA, id, item, 2)).body;
    await step(return_id, 'approve');
    await step(return_id, 'receive', { items: [{ order_item_id: item, quantity: 2, condition: 'resellable' }] });
    expect((await step(return_id, 'settle')).body).toMatchObject({ status: 'settled', refund_amount: '20.00' });
  });

  it('take pieces once: those under way are not announced again, until they are let go', async () => {
    const { id, item } = await shipped();
    const { body: first } = await ask(ADA, id, item, 2);
    const second = await ask(ADA, id, item, 2);
    expect(second).toMatchObject({ status: 409, body: { code: 'quantity-not-returnable' } });
    expect(second.body['items']).toEqual([{ order_item_id: item, quantity: 1 }]);
    expect((await step(first.return_id, 'reject', { reason: 'It was worn.' })).body).toMatchObject({
      ...{ status: 'rejected', rejection_reason: 'It was worn.' },
    });
    const { body: third } = await ask(ADA, id, item, 3);
    expect((await step(third.return_id, 'cancel', undefined, EVE)).status).toBe(404);
    expect((await step(third.return_id, 'cancel', undefined, ADA)).body).toMatchObject({ status: 'cancelled' });
    const { body: fourth } = await ask(ADA, id, item, 3);
    await step(fourth.return_id, 'approve');
    expect((await step(fourth.return_id, 'cancel', undefined, ADA)).status).toBe(409);
    expect((await step(fourth.return_id, 'cancel')).body).toMatchObject({ status: 'cancelled' });
    expect(await eventsOf(id)).toEqual([
      ...['return.requested', 'return.rejected', 'return.requested', 'return.requested', 'return.approved'],
    ]);
  });

  it('are asked for once when many ask for the last piece', async () => {
    const { id, item } = await shipped();
    const answers = await Promise.all(Array.from({ length: 8 }, () => ask(ADA, id, item, 3)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ body }) => body.code === 'quantity-not-returnable')).toHaveLength(7);
    const key = { 'idempotency-key': `return-${id}` };
    const { id: other, item: line } = await shipped();
    const [once, again] = [await ask(ADA, other, line, 3, key), await ask(ADA, other, line, 3, key)];
    expect([again.status, again.body]).toEqual([201, once.body]);
  });

  it('are for customers 14 days after the delivery, and for staff always', async () => {
    const { id, item } = await shipped();
    const days = (count: number) => new Date(Date.now() - count * 86_400_000);
    const sql = 'UPDATE shipments SET shipped_at = ?, delivered_at = ? WHERE order_id = ?';
    await orders.database.execute(sql, [days(15), null, id]);
    expect(await ask(ADA, id, item, 1)).toMatchObject({ status: 409, body: { code: 'return-window-over' } });
    await orders.database.execute(sql, [days(20), days(13), id]);
    expect((await ask(ADA, id, item, 1)).status).toBe(201);
    await orders.database.execute(sql, [days(20), days(15), id]);
    expect((await ask(ADA, id, item, 1)).status).toBe(409);
    expect((await ask(STAFF, id, item, 1)).status).toBe(201);
  });

  it('are refused before anything was shipped, and to others', async () => {
    const body = { items: [{ product_id: 10, quantity: 1 }] };
    const { body: order } = await orders.call<OrderResponseDto>(ADA, 'POST', '/orders', { body });
    const item = order.items[0]?.order_item_id ?? 0;
    const refused = await ask(ADA, order.order_id, item, 1);
    expect(refused).toMatchObject({ status: 409, body: { code: 'quantity-not-returnable', items: [] } });
    expect((await ask(EVE, order.order_id, item, 1)).status).toBe(404);
    expect((await ask(ADA, order.order_id, item + 1_000, 1)).status).toBe(422);
    const { returnId, id } = await received(1);
    for (const path of [`/returns/${returnId}`, `/orders/${id}/returns`]) {
      expect([(await call(ADA, 'GET', path)).status, (await call(EVE, 'GET', path)).status]).toEqual([200, 404]);
    }
    expect((await call(ADA, 'GET', '/returns')).status).toBe(403);
    for (const name of ['approve', 'receive', 'settle', 'reject'])
      expect((await step(returnId, name, { reason: 'x', items: [] }, ADA)).status).toBe(403);
  });

  it('are listed for staff by status and order', async () => {
    const { id, returnId } = await received(1);
    const list = async (query: string) => (await call(STAFF, 'GET', `/returns?${query}`)).body['returns'];
    expect(await list(`order_id=${id}`)).toMatchObject([{ return_id: returnId, status: 'received' }]);
    expect(await list(`order_id=${id}&status=requested`)).toEqual([]);
    expect(await list(`status=received&page_size=1`)).toMatchObject([{ return_id: returnId }]);
  });

  it('keep nothing that a customer wrote when the account is erased', async () => {
    const user: TestUser = { user_id: 3, role: 'customer' };
    orders.neighbours.users.add(3);
    const { id, item } = await shipped(user);
    await call(STAFF, 'PUT', `/orders/${id}`, { carrier: 'DHL', tracking_number: 'JD0146' });
    const { body } = await ask(user, id, item, 1);
    await step(body.return_id, 'reject', { reason: 'Ada wore it.' });
    await call(STAFF, 'PUT', `/orders/${id}`, { status: 'completed' });
    await orders.deliver('user.deleted', { user_id: 3 });
    await eventually(async () => {
      expect((await call(STAFF, 'GET', `/returns/${body.return_id}`)).body).toMatchObject({
        ...{ items: [{ reason: null }], rejection_reason: null },
      });
      const { body: parts } = await call(STAFF, 'GET', `/orders/${id}/shipments`);
      expect(parts['shipments']).toMatchObject([{ parcels: [] }]);
    });
  });
});
