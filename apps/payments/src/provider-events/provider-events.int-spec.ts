import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import Stripe from 'stripe';
import { describeOnEachDatabase } from '../../../../test/support/databases.js';
import { eventually } from '../../../../test/support/eventually.js';
import { away } from '../../../../test/support/fake-payment-provider.js';
import { PaymentsService, type TestUser } from '../../../../test/support/payments-service.js';
import { ProviderEventsSweeper } from './provider-events.sweeper.js';

const ADA: TestUser = { user_id: 1, role: 'customer' };
const STAFF: TestUser = { user_id: 8, role: 'staff' };
const DAY = 24 * 3_600_000;

interface Body {
  [name: string]: unknown;
}

describeOnEachDatabase('the provider’s events', (databaseUrl) => {
  let service: PaymentsService;
  beforeAll(async () => {
    service = await PaymentsService.start(databaseUrl(), { STRIPE_WEBHOOK_SECRETS: 'whsec_test, whsec_old' });
  }, 60_000);
  afterAll(() => service?.stop());
  beforeEach(async () => {
    service.provider.reset();
    service.clock.ahead = 0;
    await service.database.execute('DELETE FROM provider_events');
  });

  const begun = async () => {
    const order = service.order();
    const { body } = await service.call<Body>(ADA, 'POST', `/orders/${order.order_id}/payments`, {
      body: { method: 'card' },
    });
    return { id: Number(body['payment_id']), ref: String(body['provider_ref']), order };
  };
  const stored = () =>
    service.database.query<{ event_ref: string; object_ref: string; outcome: string }>(
      'SELECT * FROM provider_events ORDER BY id',
    );
  const read = async (id: number) => (await service.call<Body>(STAFF, 'GET', `/payments/${id}`)).body;
  const told = async (id: number) => (await service.events(id)).map(({ event_type }) => event_type);
  const last = () => service.provider.log.at(-1) ?? service.provider.tell('x', 'y');
  const settled = (outcome: string) =>
    eventually(async () => expect((await stored()).map((row) => row.outcome)).toEqual([outcome]));

  it('(2) are verified, stored and answered; what has changed is asked then', async () => {
    const { id, ref } = await begun();
    service.provider.pay(ref);
    expect(await service.webhook(last())).toMatchObject({ status: 200, body: { received: true } });
    await eventually(async () => expect(await read(id)).toMatchObject({ status: 'captured' }));
    await settled('applied');
    expect(Object.keys((await stored())[0] ?? {}).sort()).toEqual(
      [
        ...['attempts', 'created_at', 'event_ref', 'id', 'next_try_at', 'object_ref', 'outcome', 'processed_at'],
        ...['provider', 'received_at', 'type'],
      ].sort(),
    );
  });

  it('(2) the payload is not believed', async () => {
    const { id, ref } = await begun();
    await service.webhook(service.provider.tell('payment_intent.succeeded', ref));
    await settled('applied');
    expect(await read(id)).toMatchObject({ status: 'created', captured_amount: '0.00' });
  });

  it('one effect per fact: three times at once, again later, and under another id', async () => {
    const { id, ref } = await begun();
    service.provider.pay(ref);
    const event = last();
    const answers = await Promise.all([1, 2, 3].map(() => service.webhook(event)));
    answers.push(await service.webhook({ ...event, event_ref: `evt_${randomUUID()}` }), await service.webhook(event));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    await eventually(async () =>
      expect((await stored()).map(({ outcome }) => outcome)).toEqual(['applied', 'applied']),
    );
    expect(await told(id)).toEqual(['payment.captured']);
  });

  it('every order of the events of one payment ends the same', async () => {
    const { id, ref } = await begun();
    service.provider.decline(ref);
    service.provider.pay(ref);
    service.provider.giveBack(ref, 300);
    service.provider.dispute(ref, 200);
    for (const event of [...service.provider.log].reverse()) await service.webhook(event);
    await eventually(async () =>
      expect(await read(id)).toMatchObject({
        captured_amount: '12.00',
        refunded_amount: '3.00',
        disputed_amount: '2.00',
      }),
    );
    expect(await told(id)).toEqual(['payment.captured', 'payment.refunded', 'payment.disputed']);
  });

  it('an event that comes before the answer to the create is not lost', async () => {
    const order = service.order();
    service.provider.after = async (call) => {
      if (call !== 'create') return;
      const [ref = ''] = [...service.provider.intents.keys()].slice(-1);
      service.provider.pay(ref);
      await service.webhook(last());
      await settled('applied');
    };
    const { status, body } = await service.call<Body>(ADA, 'POST', `/orders/${order.order_id}/payments`, {
      body: { method: 'card' },
    });
    expect([status, body]).toMatchObject([201, { status: 'captured', client_secret: null }]);
    expect(await told(Number(body['payment_id']))).toEqual(['payment.captured']);
  });

  it('are looked after later while the provider is away, however long', async () => {
    const { id, ref } = await begun();
    service.provider.pay(ref);
    service.provider.before = away();
    expect((await service.webhook(last())).status).toBe(200);
    await eventually(async () => expect((await stored())[0]).toMatchObject({ outcome: 'waiting', attempts: 1 }));
    service.clock.advance(2 * DAY);
    await service.app.get(ProviderEventsSweeper).sweep();
    service.provider.before = () => undefined;
    await eventually(async () => {
      service.clock.advance(300_000);
      await service.app.get(ProviderEventsSweeper).sweep();
      expect(await read(id)).toMatchObject({ status: 'captured' });
    });
  });

  describe('about an object that we do not know', () => {
    const foreign = async (metadata: object, more: object = {}) => {
      const ref = service.provider.foreign({ metadata, ...more });
      expect((await service.webhook(service.provider.tell('payment_intent.succeeded', ref))).status).toBe(200);
      return ref;
    };
    const ours = () => ({ order_ref: randomUUID(), payment_ref: randomUUID() });
    const lookAgain = async () => {
      service.clock.advance(DAY + 600_000);
      await service.app.get(ProviderEventsSweeper).sweep();
    };

    it.each([
      ['without our names', () => ({})],
      ['with half of our names', () => ({ order_ref: randomUUID() })],
      ['of another stage', () => ({ ...ours(), stage: 'prod' })],
    ])('%s are counted and ignored', async (_, metadata) => {
      const ref = await foreign(metadata());
      await settled('ignored');
      await lookAgain();
      expect(service.provider.get(ref).refunds).toEqual([]);
    });

    it('that is gone are ignored', async () => {
      await service.webhook(service.provider.tell('payment_intent.succeeded', 'pi_gone'));
      await settled('ignored');
    });

    it('unknown but ours is kept and retried for 24 h, then refunded', async () => {
      const ref = await foreign(ours());
      await eventually(async () => expect((await stored())[0]).toMatchObject({ outcome: 'waiting', attempts: 1 }));
      service.clock.advance(DAY - 600_000);
      await service.app.get(ProviderEventsSweeper).sweep();
      expect(service.provider.get(ref).refunds).toEqual([]);
      await eventually(async () => {
        service.clock.advance(600_000);
        await service.app.get(ProviderEventsSweeper).sweep();
        expect((await stored())[0]).toMatchObject({ outcome: 'refunded' });
      });
      expect(service.provider.get(ref).refunds).toMatchObject([{ amount: 100 }]);
    });

    it('an intent that bears the names of another payment pays no order', async () => {
      const { id, ref, order } = await begun();
      const { payment_ref } = await read(id);
      const copied = await foreign({ order_ref: order.order_ref, payment_ref });
      await eventually(async () => expect((await stored())[0]).toMatchObject({ attempts: 1 }));
      expect(await read(id)).toMatchObject({ status: 'created', provider_ref: ref });
      expect(service.provider.get(copied).refunds).toEqual([]);
    });
  });

  describe('that are not the provider’s', () => {
    const BODY = JSON.stringify({ id: 'evt_x', object: 'event', type: 'payment_intent.succeeded', created: 1 });
    const sign = (payload: string, secret = 'whsec_test', seconds = 0) =>
      Stripe.webhooks.generateTestHeaderString({
        payload,
        secret,
        timestamp: Math.floor(Date.now() / 1_000) + seconds,
      });
    const large = JSON.stringify({ id: 'evt_x', text: 'x'.repeat(512_000) });

    const signed = (signature: string, more: object = {}) => ({ 'stripe-signature': signature, ...more });
    it.each<[string, number, Buffer, () => Record<string, string>]>([
      ['no signature', 400, Buffer.from(BODY), () => ({})],
      ['another secret', 400, Buffer.from(BODY), () => signed(sign(BODY, 'whsec_other'))],
      ['(9) signed more than 300 s ago', 400, Buffer.from(BODY), () => signed(sign(BODY, 'whsec_test', -310))],
      ['signed in the future', 400, Buffer.from(BODY), () => signed(sign(BODY, 'whsec_test', 330))],
      ['another body', 400, Buffer.from(`${BODY} `), () => signed(sign(BODY))],
      ['no body', 400, Buffer.alloc(0), () => signed(sign(BODY))],
      ['more than 512 kB', 413, Buffer.from(large), () => signed(sign(large))],
      ['gzip', 415, gzipSync(BODY), () => signed(sign(BODY), { 'content-encoding': 'gzip' })],
      ['another type', 415, Buffer.from(BODY), () => signed(sign(BODY), { 'content-type': 'text/plain' })],
    ])('%s is refused, and nothing is stored', async (_, status, body, headers) => {
      const answer = await service.rawWebhook(body, headers());
      expect(answer.status).toBe(status);
      if (status === 400) expect(answer.body).toMatchObject({ code: 'signature-invalid' });
      expect(await stored()).toEqual([]);
    });

    it('is taken under each of two live secrets, up to 512 kB', async () => {
      const { id, ref } = await begun();
      service.provider.pay(ref);
      expect((await service.webhook(last(), 'whsec_old')).status).toBe(200);
      await eventually(async () => expect(await read(id)).toMatchObject({ status: 'captured' }));
      const payload = JSON.stringify({ ...JSON.parse(BODY), text: 'x'.repeat(400_000), data: { object: {} } });
      const answer = await service.rawWebhook(Buffer.from(payload), { 'stripe-signature': sign(payload) });
      expect(answer.status).toBe(200);
    });
  });

  it('our own limits and contention are never an answer to the provider', async () => {
    const { ref } = await begun();
    const event = service.provider.tell('payment_intent.processing', ref);
    const statuses = new Set<number>();
    // More than an address may send in a minute.
    for (let n = 0; n < 65; n++) {
      const many = Array.from({ length: 20 }, (_, k) => service.webhook({ ...event, event_ref: `evt_${n}_${k % 10}` }));
      for (const { status } of await Promise.all(many)) statuses.add(status);
    }
    expect([...statuses]).toEqual([200]);
    expect(await stored()).toHaveLength(650);
  }, 60_000);
});
