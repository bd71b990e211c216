import type { PaymentPayload } from '@app/events';
import { randomUUID } from 'node:crypto';
import { describeOnEachDatabase } from '../../../../test/support/databases.js';
import { eventually } from '../../../../test/support/eventually.js';
import { OrdersService as OrdersTestService, type TestUser } from '../../../../test/support/orders-service.js';
import type { OrderResponseDto } from '../orders/dto/order-response.dto.js';
import { OrderPaymentsService } from './order-payments.service.js';

const ADA: TestUser = { user_id: 1, role: 'customer' };
const STAFF: TestUser = { user_id: 8, role: 'staff' };
/** One piece. */
const TOTAL = '19.90';

type News = Partial<PaymentPayload> & { version: number; payment_id: number };

describeOnEachDatabase('What orders learn of payments', (databaseUrl) => {
  let orders: OrdersTestService;

  beforeAll(async () => {
    orders = await OrdersTestService.start(databaseUrl());
    for (const id of [1, 8]) orders.neighbours.users.add(id);
    orders.neighbours.prices.set(10, TOTAL);
  }, 30_000);
  afterAll(() => orders?.stop());

  const placed = async () => {
    const body = { items: [{ product_id: 10, quantity: 1 }] };
    return (await orders.call<OrderResponseDto>(ADA, 'POST', '/orders', { body })).body;
  };
  const read = async (orderId: number) =>
    (await orders.call<OrderResponseDto>(STAFF, 'GET', `/orders/${orderId}`)).body;
  const put = (orderId: number, body: object) =>
    orders.call<OrderResponseDto>(STAFF, 'PUT', `/orders/${orderId}`, { body });
  const eventTypes = async (orderId: number): Promise<string[]> =>
    (await orders.events(orderId)).map((event) => event.event_type);
  let last = 0;
  const payment = (order: OrderResponseDto, over: Partial<PaymentPayload> = {}): PaymentPayload => ({
    payment_id: ++last,
    payment_ref: randomUUID(),
    order_id: order.order_id,
    order_ref: order.order_ref,
    user_id: 1,
    customer_email: 'ada@example.com',
    method: 'card',
    status: 'created',
    amount: TOTAL,
    currency: 'USD',
    authorized_amount: '0.00',
    captured_amount: '0.00',
    refunded_amount: '0.00',
    disputed_amount: '0.00',
    mismatch: false,
    created_at: new Date().toISOString(),
    ...over,
  });
  const AUTHORIZED = { status: 'authorized', authorized_amount: TOTAL };
  const CAPTURED = { ...AUTHORIZED, status: 'captured', captured_amount: TOTAL };
  const learn = (order: OrderResponseDto, { version, ...over }: News) =>
    orders.app.get(OrderPaymentsService).learn(payment(order, over), version);
  const id = () => ++last;

  it('pays an order by the event of its payment, once', async () => {
    const order = await placed();
    const captured = payment(order, CAPTURED);
    for (let times = 0; times < 2; times += 1) await orders.deliver('payment.captured', captured);
    await eventually(async () => expect((await read(order.order_id)).status).toBe('paid'));
    await eventually(async () => expect(await orders.waiting()).toBe(0));
    expect(await read(order.order_id)).toMatchObject({
      payment_status: 'paid',
      amount_paid: TOTAL,
      amount_due: '0.00',
      version: 2,
    });
    expect(await eventTypes(order.order_id)).toEqual(['order.created', 'order.paid']);
  });

  it('takes the events that say more than the payment, such as one about its refund', async () => {
    const order = await placed();
    const refund = { refund_id: 1, refund_ref: randomUUID(), refund_amount: TOTAL, refund_failure_code: null };
    const refunded = { ...payment(order, { ...CAPTURED, refunded_amount: TOTAL }), ...refund, refund_reason: 'other' };
    await orders.deliver('payment.refunded', refunded);
    await eventually(async () => expect((await read(order.order_id)).payment_status).toBe('refunded'));
  });

  it('ends the same for every order of the events of a payment, with one order.paid', async () => {
    const all: Omit<News, 'payment_id'>[] = [
      { ...AUTHORIZED, version: 2 },
      { ...CAPTURED, version: 3 },
      { ...CAPTURED, version: 4, refunded_amount: '5.00' },
      { ...CAPTURED, version: 5, refunded_amount: '5.00', disputed_amount: '1.00' },
    ];
    for (const news of permutations(all)) {
      const order = await placed();
      const payment_id = id();
      for (const each of [...news, ...news.slice(0, 2)]) await learn(order, { ...each, payment_id });
      expect(await read(order.order_id)).toMatchObject({
        status: 'paid',
        payment_status: 'disputed',
        amount_paid: TOTAL,
        amount_refunded: '5.00',
        amount_due: '0.00',
      });
      const types = await eventTypes(order.order_id);
      expect(types.filter((type) => type === 'order.paid')).toHaveLength(1);
      expect(types.filter((type) => type === 'order.refunded')).toHaveLength(1);
    }
  });

  it.each([
    ['another amount', { mismatch: true, captured_amount: '19.89' }],
    ['another currency', { currency: 'EUR' }],
    ['a part of what was asked for', { captured_amount: '10.00' }],
    ['a foreign amount that looks right', { mismatch: true }],
  ])('is paid by no payment of %s', async (_, over) => {
    const order = await placed();
    await learn(order, { ...CAPTURED, ...over, payment_id: id(), version: 3 });
    expect(await read(order.order_id)).toMatchObject({
      status: 'pending',
      payment_status: 'unpaid',
      amount_due: TOTAL,
    });
    expect(await eventTypes(order.order_id)).toEqual(['order.created']);
  });

  it('is secured by an authorisation, and paid by the capture', async () => {
    const order = await placed();
    const payment_id = id();
    await learn(order, { ...AUTHORIZED, payment_id, version: 2 });
    const secured = { status: 'paid', payment_status: 'authorized', amount_paid: '0.00', amount_due: '0.00' };
    expect(await read(order.order_id)).toMatchObject(secured);
    await put(order.order_id, { status: 'shipped' });
    await learn(order, { ...CAPTURED, payment_id, version: 3 });
    expect(await read(order.order_id)).toMatchObject({ status: 'shipped', payment_status: 'paid', amount_paid: TOTAL });
    expect(await eventTypes(order.order_id)).toEqual([
      'order.created',
      'order.paid',
      'shipment.shipped',
      'order.shipped',
    ]);
  });

  it('is overpaid by two payments until the surplus went back, and stays paid', async () => {
    const order = await placed();
    const [first, second] = [id(), id()];
    await Promise.all([first, second].map((payment_id) => learn(order, { ...CAPTURED, payment_id, version: 3 })));
    expect(await read(order.order_id)).toMatchObject({ payment_status: 'overpaid', amount_paid: '39.80' });
    await learn(order, { ...CAPTURED, payment_id: second, version: 4, refunded_amount: TOTAL });
    expect(await read(order.order_id)).toMatchObject({
      payment_status: 'paid',
      status: 'paid',
      amount_refunded: TOTAL,
    });
  });

  it('counts what staff have made paid once, when payments have written it down', async () => {
    const order = await placed();
    await put(order.order_id, { status: 'paid' });
    await learn(order, { ...CAPTURED, method: 'manual', payment_id: id(), version: 1 });
    expect(await read(order.order_id)).toMatchObject({ payment_status: 'paid', amount_paid: TOTAL });
    expect(await eventTypes(order.order_id)).toEqual(['order.created', 'order.paid']);
  });

  it('does not bring a cancelled order back', async () => {
    const order = await placed();
    await put(order.order_id, { status: 'cancelled' });
    await learn(order, { ...CAPTURED, payment_id: id(), version: 3 });
    expect(await read(order.order_id)).toMatchObject({
      status: 'cancelled',
      payment_status: 'paid',
      amount_due: '0.00',
    });
    expect(await eventTypes(order.order_id)).toEqual(['order.created', 'order.cancelled']);
  });

  it('either pays or cancels an order when both happen at once', async () => {
    const ends = new Set<string>();
    for (let round = 0; ends.size < 2 && round < 100; round += 1) {
      const order = await placed();
      const cancel = put(order.order_id, { status: 'cancelled' });
      // Later in each round, until the cancellation wins.
      for (let turn = 0; turn < round; turn += 1) await new Promise(setImmediate);
      await Promise.all([cancel, learn(order, { ...CAPTURED, payment_id: id(), version: 3 })]);
      const types = (await eventTypes(order.order_id)).slice(1);
      const { status } = await read(order.order_id);
      expect([['order.paid'], ['order.cancelled'], ['order.paid', 'order.cancelled']]).toContainEqual(types);
      expect(types.at(-1)).toBe(`order.${status}`);
      ends.add(types[0] ?? '');
    }
    expect([...ends].sort()).toEqual(['order.cancelled', 'order.paid']);
  });

  it('ignores payments of an order that it does not have', async () => {
    const order = await placed();
    await learn({ ...order, order_id: 2_000_000 }, { ...CAPTURED, payment_id: id(), version: 3 });
    expect((await read(order.order_id)).status).toBe('pending');
  });
});

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((item, index) => permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]));
}
