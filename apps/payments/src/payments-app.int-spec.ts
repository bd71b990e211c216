import { setTimeout as delay } from 'node:timers/promises';
import { describeOnEachDatabase } from '../../../test/support/databases.js';
import { eventually } from '../../../test/support/eventually.js';
import { PaymentsService, type TestUser } from '../../../test/support/payments-service.js';
import { WireUnderTest } from '../../../test/support/stripe.js';
import { PaymentChecksSweeper } from './reconciliation/payment-checks.sweeper.js';
import { ReconciliationSweeper } from './reconciliation/reconciliation.sweeper.js';
import { RefundsSweeper } from './refunds/refunds.sweeper.js';

const ADA: TestUser = { user_id: 1, role: 'customer' };
const STAFF: TestUser = { user_id: 8, role: 'staff' };
const RETURN = 'https://shop.example/done';

interface Body {
  [name: string]: unknown;
}

describeOnEachDatabase('payments through the embedded Stripe', (databaseUrl) => {
  let stripe: WireUnderTest;
  let service: PaymentsService;
  beforeAll(async () => {
    stripe = await WireUnderTest.start();
    const { port } = new URL(stripe.wire.endpoint);
    service = await PaymentsService.start(
      databaseUrl(),
      { STRIPE_HOST: '127.0.0.1', STRIPE_PORT: port, STRIPE_PROTOCOL: 'http' },
      { realProvider: true },
    );
    await service.app.listen(0, '127.0.0.1');
    const url = `${await service.app.getUrl()}/provider-events/stripe`;
    await stripe.control('settings', { webhook_url: url, webhook_secrets: ['whsec_test'] });
  }, 60_000);
  afterAll(async () => {
    await service?.stop();
    await stripe?.stop();
  });
  beforeEach(async () => {
    service.clock.ahead = 0;
    await faults({
      lose_answers: 0,
      drop_events: 0,
      duplicate_events: 0,
      shuffle_events: 0,
      delay_answers_ms: 0,
      refuse_with: 0,
    });
  });

  const faults = (some: Record<string, number>) => stripe.control('settings', { faults: some });
  const begin = async () => {
    const order = service.order();
    const { body, status } = await service.call<Body>(ADA, 'POST', `/orders/${order.order_id}/payments`, {
      body: { method: 'card' },
    });
    return { order, status, id: Number(body['payment_id']), ref: String(body['provider_ref']) };
  };
  const confirm = (ref: string, method = 'pm_card_visa') =>
    stripe.stripe.paymentIntents
      .confirm(ref, { payment_method: method, return_url: RETURN })
      .catch((error: unknown) => error);
  const read = async (id: number) => (await service.call<Body>(STAFF, 'GET', `/payments/${id}`)).body;
  const told = async (id: number) => (await service.events(id)).map(({ event_type }) => event_type);
  const becomes = (id: number, like: object) => eventually(async () => expect(await read(id)).toMatchObject(like));

  it('a card pays, and the event is enough', async () => {
    const { id, ref } = await begin();
    await confirm(ref);
    await becomes(id, { status: 'captured', captured_amount: '12.00', provider_ref: ref });
    expect(await told(id)).toEqual(['payment.captured']);
  });

  it('declined, 3-D Secure refused, then paid', async () => {
    const { id, ref } = await begin();
    await confirm(ref, 'pm_card_chargeDeclined');
    await becomes(id, { status: 'failed' });
    await confirm(ref, 'pm_card_authenticationRequired');
    await becomes(id, { status: 'requires_action' });
    await stripe.control(`payment_intents/${ref}/authenticate`, { succeeds: false });
    await becomes(id, { status: 'failed' });
    await confirm(ref);
    await becomes(id, { status: 'captured' });
  });

  it('refunds and a dispute', async () => {
    const { id, ref } = await begin();
    await confirm(ref, 'pm_card_createDispute');
    await becomes(id, { status: 'captured', disputed_amount: '12.00', refundable_amount: '0.00' });
    const second = await begin();
    await confirm(second.ref);
    await becomes(second.id, { status: 'captured' });
    const { body } = await service.call<Body>(STAFF, 'POST', `/payments/${second.id}/refunds`, {
      body: { amount: '5.00', reason: 'returned' },
    });
    expect(body).toMatchObject({ status: 'succeeded' });
    await stripe.stripe.refunds.create({ payment_intent: second.ref, amount: 100 });
    await becomes(second.id, { refunded_amount: '6.00' });
  });

  it('cancelling', async () => {
    const { id, ref } = await begin();
    expect((await service.call(ADA, 'POST', `/payments/${id}/cancel`)).status).toBe(200);
    expect((await stripe.stripe.paymentIntents.retrieve(ref)).status).toBe('canceled');
  });

  it('20 refunds with a third of the answers lost: each once, never above what was captured', async () => {
    const { id, ref } = await begin();
    await confirm(ref);
    await becomes(id, { status: 'captured' });
    await faults({ lose_answers: 0.3, drop_events: 0.5, duplicate_events: 0.2, shuffle_events: 0.5 });
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        service.call<Body>(STAFF, 'POST', `/payments/${id}/refunds`, { body: { amount: '1.00', reason: 'other' } }),
      ),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(12);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(8);
    await faults({ lose_answers: 0, drop_events: 0, duplicate_events: 0, shuffle_events: 0 });
    await eventually(async () => {
      service.clock.advance(30_000);
      await service.app.get(RefundsSweeper).sweep();
      expect(await read(id)).toMatchObject({ refunded_amount: '12.00', refundable_amount: '0.00' });
    });
    const { data } = await stripe.stripe.refunds.list({ payment_intent: ref, limit: 100 });
    expect(data).toHaveLength(12);
  });

  it('no event at all: right after one reconciliation', async () => {
    await faults({ drop_events: 1 });
    const { id, ref } = await begin();
    await confirm(ref);
    await delay(1_100);
    service.clock.advance(301_000);
    await service.app.get(ReconciliationSweeper).sweep();
    await becomes(id, { status: 'captured' });
  });

  it('a frozen provider costs a create 1.5 s at most', async () => {
    await faults({ delay_answers_ms: 5_000 });
    const began = performance.now();
    const { order, status } = await begin();
    expect([status, performance.now() - began < 1_500]).toEqual([503, true]);
    await faults({ delay_answers_ms: 0 });
    await eventually(async () => {
      await service.app.get(PaymentChecksSweeper).sweep();
      service.clock.advance(121_000);
      const { body } = await service.call<{ payments: Body[] }>(STAFF, 'GET', `/orders/${order.order_id}/payments`);
      expect(body.payments[0]).toMatchObject({ status: 'created', provider_ref: expect.stringContaining('pi_') });
    });
  });
});

describeOnEachDatabase('payments without a provider', (databaseUrl) => {
  let service: PaymentsService;
  beforeAll(async () => {
    const none = { STRIPE_SECRET_KEY: '', STRIPE_WEBHOOK_SECRETS: '' };
    service = await PaymentsService.start(databaseUrl(), none, { realProvider: true });
  }, 60_000);
  afterAll(() => service?.stop());

  it('take money by hand, no cards, and nobody’s events', async () => {
    const pay = (who: TestUser, method: string) =>
      service.call<Body>(who, 'POST', `/orders/${service.order().order_id}/payments`, { body: { method } });
    expect((await pay(STAFF, 'manual')).status).toBe(201);
    expect(await pay(ADA, 'card')).toMatchObject({ status: 503, body: { code: 'payment-provider-unavailable' } });
    expect(
      (await service.webhook({ event_ref: 'evt_1', type: 'x', object_ref: 'pi_1', created_at: '2026-12-01T12:00:00Z' }))
        .status,
    ).toBe(400);
  });
});
