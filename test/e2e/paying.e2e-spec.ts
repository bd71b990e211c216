import { type Email, eventually } from './support/client.js';
import { forEachPlatform } from './support/platforms.js';

forEachPlatform('paying', (platform) => {
  const ordered = async () => {
    const { client } = platform();
    const customer = await client.customer();
    const product = await client.product({ price: '19.90' });
    const { body } = await client.order(customer.token, [[product, 2]]);
    return { client, customer, orderId: Number(body.order_id) };
  };
  const pay = async ({ client, customer, orderId }: Awaited<ReturnType<typeof ordered>>) =>
    client.call('POST', `/orders/${orderId}/payments`, { token: customer.token, body: { method: 'card' } });
  const confirm = (paymentId: unknown, body: object) =>
    platform().client.call('POST', `/dev/payments/${String(paymentId)}/confirm`, { body });
  const mailed = async ({ client, customer }: Awaited<ReturnType<typeof ordered>>, template: string) => {
    const of = (mails: Email[]) => mails.filter(({ tags }) => tags?.['template'] === template);
    return of(
      await eventually(
        () => client.mailTo(customer.email),
        (mails) => of(mails).length > 0,
      ),
    );
  };
  const read = async ({ client, customer, orderId }: Awaited<ReturnType<typeof ordered>>) =>
    (await client.call('GET', `/orders/${orderId}`, { token: customer.token })).body;

  it('an order is paid by a card, and the customer is told', async () => {
    const order = await ordered();
    const { status, body } = await pay(order);
    expect([status, body.status, body.amount]).toEqual([201, 'created', '39.80']);
    expect(body.client_secret).toMatch(/^pi_\w+_secret_\w+$/);
    const confirmed = await confirm(body.payment_id, { payment_method: 'pm_card_visa' });
    expect(confirmed).toMatchObject({ status: 200, body: { status: 'succeeded', failure: null } });
    const paid = await eventually(
      () => read(order),
      ({ status: now }) => now === 'paid',
    );
    expect(paid).toMatchObject({ payment_status: 'paid', amount_paid: '39.80', amount_due: '0.00' });
    await eventually(
      () => order.client.mailTo(order.customer.email),
      (mails) => mails.some(({ subject }) => /paid/.test(subject)),
    );
  });

  it('a declined card and a refused 3-D Secure leave the order payable, by the same payment', async () => {
    const order = await ordered();
    const { body } = await pay(order);
    const declined = await confirm(body.payment_id, { payment_method: 'pm_card_chargeDeclined' });
    expect(declined.body).toMatchObject({ status: 'requires_payment_method', failure: { code: 'card_declined' } });
    const refused = { payment_method: 'pm_card_authenticationRequired', authenticate: false };
    expect((await confirm(body.payment_id, refused)).body).toMatchObject({ status: 'requires_payment_method' });
    expect((await read(order)).status).toBe('pending');
    const [failure] = await mailed(order, 'payment-failed');
    expect(failure?.text).toContain('payment of 39.80 USD');
    expect(failure?.text).toContain(`order_id=${order.orderId}\n`);
    const again = await pay(order);
    expect([again.status, again.body.code, again.body.payment_id]).toEqual([
      409,
      'payment-in-progress',
      body.payment_id,
    ]);
    const done = { payment_method: 'pm_card_authenticationRequired', authenticate: true };
    expect((await confirm(body.payment_id, done)).body).toMatchObject({ status: 'succeeded' });
    await eventually(
      () => read(order),
      ({ status }) => status === 'paid',
    );
    await mailed(order, 'order-paid');
    expect(await mailed(order, 'payment-failed')).toHaveLength(1);
  });

  it('money for a cancelled order goes back by itself', async () => {
    const order = await ordered();
    const { body } = await pay(order);
    await confirm(body.payment_id, { payment_method: 'pm_card_visa' });
    await eventually(
      () => read(order),
      ({ status }) => status === 'paid',
    );
    const token = await order.client.admin();
    await order.client.call('PUT', `/orders/${order.orderId}`, { token, body: { status: 'cancelled' } });
    const back = await eventually(
      () => read(order),
      ({ payment_status }) => payment_status === 'refunded',
    );
    expect(back).toMatchObject({ status: 'cancelled', amount_refunded: '39.80' });
    const [refund] = await mailed(order, 'refund-made');
    expect(refund?.subject).toBe(`Refund for order ${order.orderId}: 39.80 USD`);
  });
});
