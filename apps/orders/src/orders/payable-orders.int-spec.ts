import { describeOnEachDatabase } from '../../../../test/support/databases.js';
import { OrdersService, type TestUser } from '../../../../test/support/orders-service.js';
import { PayableOrdersService } from './payable-orders.service.js';

const ADA: TestUser = { user_id: 1, role: 'customer' };
const ADMIN: TestUser = { user_id: 9, role: 'admin' };

describeOnEachDatabase('what payments asks about an order', (databaseUrl) => {
  let orders: OrdersService;
  beforeAll(async () => {
    orders = await OrdersService.start(databaseUrl());
    orders.neighbours.users.add(1);
    orders.neighbours.prices.set(10, '19.90');
  }, 30_000);
  afterAll(() => orders?.stop());

  const place = async () => {
    const body = { items: [{ product_id: 10, quantity: 2 }] };
    return (await orders.call(ADA, 'POST', '/orders', { body })).body;
  };
  const payable = (orderId: number, user_id?: number) =>
    orders.app.get(PayableOrdersService).get(orderId, user_id === undefined ? undefined : { user_id });

  it('is what is owed, by whom, while the order is pending', async () => {
    const { order_id, order_ref } = await place();
    expect(await payable(Number(order_id), 1)).toEqual({
      order_id,
      order_ref,
      user_id: 1,
      customer_email: 'user1@example.com',
      customer_name: 'User 1',
      customer_email_verified: false,
      status: 'pending',
      fulfilment_status: 'unfulfilled',
      order_total: '39.80',
      amount_credited: '0.00',
      amount_paid: '0.00',
      amount_due: '39.80',
      currency: 'USD',
      unpayable: null,
    });
  });

  it.each([
    ['paid', 'already-paid', '39.80'],
    ['cancelled', 'cancelled', '0.00'],
  ])('is why it cannot be paid, once it is %s', async (status, unpayable, amount_paid) => {
    const orderId = Number((await place())['order_id']);
    await orders.call(ADMIN, 'PUT', `/orders/${orderId}`, { body: { status } });
    const amounts = { order_total: '39.80', amount_paid, amount_due: '0.00' };
    expect(await payable(orderId)).toMatchObject({ status, unpayable, ...amounts });
  });

  it('is what of it has left the house', async () => {
    const orderId = Number((await place())['order_id']);
    for (const status of ['paid', 'shipped'])
      await orders.call(ADMIN, 'PUT', `/orders/${orderId}`, { body: { status } });
    expect(await payable(orderId)).toMatchObject({ status: 'shipped', fulfilment_status: 'shipped' });
  });

  it('hides another customer’s order and a removed one from its owner, and nothing from the platform', async () => {
    const orderId = Number((await place())['order_id']);
    await expect(payable(orderId, 2)).rejects.toMatchObject({ code: 'not-found' });
    await orders.call(ADMIN, 'DELETE', `/orders/${orderId}`);
    await expect(payable(orderId, 1)).rejects.toMatchObject({ code: 'not-found' });
    expect(await payable(orderId)).toMatchObject({ status: 'cancelled' });
    await expect(payable(2_000_000)).rejects.toMatchObject({ code: 'not-found' });
  });
});
