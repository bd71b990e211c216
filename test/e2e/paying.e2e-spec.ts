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

  it("the order's story shows the way of its money, each step under its request", async () => {
    const order = await ordered();
    const { headers, body } = await pay(order);
    await confirm(body.payment_id, { payment_method: 'pm_card_visa' });
    await eventually(
      () => read(order),
      ({ status }) => status === 'paid',
    );
    const { text } = await order.client.call('GET', `/dev/orders/${order.orderId}`);
    const [charged = [], rows = []] = [...text.matchAll(/<tbody>[^]*?<\/tbody>/g)].map(([panel]) =>
      [...panel.matchAll(/<tr>([^]*?)<\/tr>/g)].map(([, row = '']) =>
        [...row.matchAll(/<td>([^]*?)<\/td>/g)].map(([, cell = '']) => cell.replace(/<[^>]*>/g, '').trim()),
      ),
    );
    expect(charged.at(-1)).toEqual(['Total', 'paid', '39.80 USD']);
    expect(rows.map(([at]) => at)).toEqual(rows.map(([at]) => at).toSorted());
    const requestOf = (kind: string, what: string) => rows.find((row) => row[1] === kind && row[2] === what)?.[4];
    expect(requestOf('order step', 'order.created')).toMatch(/^[\w-]{36}$/);
    expect(requestOf('provider call', 'create: done')).toBe(headers.get('x-request-id'));
    expect(requestOf('provider event', 'payment_intent.succeeded')).toMatch(/^[\w-]{36}$/);
    const captured = requestOf('ledger entry', 'captured 39.80 USD');
    expect(captured).toMatch(/^[\w-]{36}$/);
    expect(requestOf('order step', 'order.paid')).toBe(captured);
    expect((await order.client.call('GET', `/dev/requests/${captured}`)).text).toContain('fetch: done');
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

  describe('with faults at the embedded Stripe', () => {
    const NONE = { lose_answers: 0, drop_events: 0, duplicate_events: 0, shuffle_events: 0, delay_events_ms: 0 };
    const faults = (body: object) => platform().client.call('POST', '/dev/stripe/faults', { body });
    afterEach(() => faults(NONE).then(() => undefined));

    it('each is switched alone, and all in force are shown', async () => {
      expect(await faults({ drop_events: 0.25, delay_events_ms: 5 })).toMatchObject({ status: 200 });
      const { body } = await faults({ duplicate_events: 1 });
      expect(body).toMatchObject({ ...NONE, drop_events: 0.25, delay_events_ms: 5, duplicate_events: 1 });
      expect((await faults({})).body).toEqual(body);
    });

    it.each([
      ['more than all', { drop_events: 1.5 }, '/drop_events'],
      ['less than none', { lose_answers: -0.1 }, '/lose_answers'],
      ['a share as a text', { shuffle_events: '0.5' }, '/shuffle_events'],
      ['half a millisecond', { delay_events_ms: 0.5 }, '/delay_events_ms'],
      ['more than an hour', { delay_events_ms: 3_600_001 }, '/delay_events_ms'],
      ['an unknown fault', { eat_events: 1 }, '/eat_events'],
    ])('refuses %s', async (_, body, pointer) => {
      const refused = await faults(body);
      expect([refused.status, refused.body.errors[0].pointer]).toEqual([422, pointer]);
      expect((await faults({})).body).toMatchObject(NONE);
    });

    it('the buyer pays all the same, and the order is paid once its payment is looked after', async () => {
      const order = await ordered();
      const { body } = await pay(order);
      await faults({ lose_answers: 1, drop_events: 1 });
      const confirmed = await confirm(body.payment_id, { payment_method: 'pm_card_visa' });
      expect(confirmed).toMatchObject({ status: 200, body: { status: 'succeeded' } });
      expect((await read(order)).status).toBe('pending');
      await faults(NONE);
      const token = await order.client.admin();
      await eventually(
        async () => (await order.client.call('POST', `/payments/${body.payment_id}/refresh`, { token })).status,
        (status) => status === 200,
      );
      await eventually(
        () => read(order),
        ({ status }) => status === 'paid',
      );
    });
  });

  it.each(['/dev/payments/1/buyer', '/dev/payments/faults'])('%s takes forms of the console alone', async (path) => {
    const { client } = platform();
    const form = { raw: 'drop_events=1', headers: { 'content-type': 'application/x-www-form-urlencoded' } };
    const from = (headers: Record<string, string>) =>
      client.call('POST', path, { ...form, headers: { ...form.headers, ...headers } });
    expect((await from({})).status).toBe(403);
    expect((await from({ origin: 'http://localhost:4000' })).status).toBe(403);
    expect((await client.call('POST', '/dev/stripe/faults', { body: {} })).body).toMatchObject({ drop_events: 0 });
  });

  it('the ways of programs take no form of a page', async () => {
    const form = {
      raw: 'payment_method=pm_card_visa',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    };
    expect((await platform().client.call('POST', '/dev/payments/1/confirm', form)).status).toBe(422);
  });

  it('a payment that the embedded Stripe does not know cannot be confirmed', async () => {
    expect((await confirm(2_147_483_647, { payment_method: 'pm_card_visa' })).status).toBe(404);
  });
});
