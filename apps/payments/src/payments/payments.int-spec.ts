import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { guestTokenHash, newGuestToken } from '@app/auth';
import type { Envelope } from '@app/events';
import { describeOnEachDatabase } from '../../../../test/support/databases.js';
import { eventually } from '../../../../test/support/eventually.js';
import { away } from '../../../../test/support/fake-payment-provider.js';
import { PaymentsService, type TestOrder, type TestUser } from '../../../../test/support/payments-service.js';
import { providerRefused } from '../providers/provider.errors.js';
import { PaymentSync } from './payment-sync.js';
import { PaymentWriter } from './payment-writer.js';
import { PaymentsRepository } from './payments.repository.js';

const ADA: TestUser = { user_id: 1, role: 'customer' };
const BOB: TestUser = { user_id: 2, role: 'customer' };
const STAFF: TestUser = { user_id: 8, role: 'staff' };

interface Payment {
  payment_id: number;
  provider_ref: string;
  status: string;
  client_secret: string | null;
  [name: string]: unknown;
}

describeOnEachDatabase('payments', (databaseUrl) => {
  let service: PaymentsService;
  beforeAll(async () => {
    service = await PaymentsService.start(databaseUrl());
  }, 60_000);
  afterAll(() => service?.stop());
  beforeEach(() => {
    service.provider.reset();
    service.clock.ahead = 0;
  });

  const pay = (order: TestOrder, body: object = { method: 'card' }, key?: string, who = ADA) =>
    service.call<Payment>(who, 'POST', `/orders/${order.order_id}/payments`, {
      body,
      headers: key === undefined ? {} : { 'idempotency-key': key },
    });
  const read = async (id: number, who = ADA) => (await service.call<Payment>(who, 'GET', `/payments/${id}`)).body;
  const sync = (id: number) => service.app.get(PaymentSync).sync(id);
  const entries = async (id: number) => {
    const { body } = await service.call<{ entries: object[] }>(STAFF, 'GET', `/payments/${id}/entries`);
    return body.entries;
  };
  const kinds = async (id: number) => (await service.events(id)).map(({ event_type }) => event_type);

  describe('beginning one', () => {
    it('asks the customer for what the order costs, never for what a client says', async () => {
      const order = service.order({ order_total: '19.99' });
      const created = await pay(order, { method: 'card', return_url: 'https://shop.example/done' });
      expect(created.status).toBe(201);
      expect(created.headers['location']).toBe(`/payments/${created.body.payment_id}`);
      expect(created.body).toMatchObject({
        order_id: order.order_id,
        order_ref: order.order_ref,
        method: 'card',
        provider: 'stripe',
        status: 'created',
        amount: '19.99',
        currency: 'USD',
        captured_amount: '0.00',
        refundable_amount: '0.00',
      });
      expect(created.body.client_secret).toEqual(expect.stringContaining('secret'));
      const intent = service.provider.get(created.body.provider_ref);
      expect(intent).toMatchObject({ amount: 1_999, currency: 'USD' });
      expect(intent.metadata).toEqual({
        order_ref: order.order_ref,
        payment_ref: created.body['payment_ref'],
        stage: 'test',
      });
      expect((await pay(order, { method: 'card', amount: '0.01' })).status).toBe(422);
    });

    it('(1) every provider call has its row and key committed before it is sent', async () => {
      const order = service.order();
      const seen: unknown[] = [];
      service.provider.before = async () => {
        const sql = 'SELECT payment_ref, status FROM payments WHERE order_id = ?';
        seen.push(...(await service.database.query(sql, [order.order_id])));
      };
      const { body } = await pay(order);
      expect(seen).toEqual([{ payment_ref: body['payment_ref'], status: 'created' }]);
      expect(service.provider.calls).toEqual([{ call: 'create', key: body['payment_ref'] }]);
    });

    it('(7) an order has at most one open payment: 409 names it, also to 20 at once', async () => {
      const order = service.order();
      const answers = await Promise.all(Array.from({ length: 20 }, () => pay(order)));
      const [first] = answers.filter(({ status }) => status === 201);
      expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array<number>(19).fill(409)]);
      for (const { body } of answers.filter(({ status }) => status === 409)) {
        expect(body).toMatchObject({ code: 'payment-in-progress', payment_id: first?.body.payment_id });
      }
      expect(service.provider.intents.size).toBe(1);
    });

    it('one provider call per attempt: 20 posts under one key make one intent and one answer', async () => {
      const order = service.order();
      const answers = await Promise.all(Array.from({ length: 20 }, () => pay(order, { method: 'card' }, 'once')));
      const done = answers.filter(({ status }) => status === 201);
      expect(done.length).toBeGreaterThan(0);
      expect(new Set(done.map(({ body }) => body.client_secret)).size).toBe(1);
      for (const { status } of answers) expect([201, 409]).toContain(status);
      expect(service.provider.intents.size).toBe(1);
      expect((await pay(order, { method: 'card' }, 'once')).headers['idempotency-replayed']).toBe('true');
    });

    it.each(['before', 'after'] as const)(
      'after a 503 the same key goes on with the same attempt (lost %s the work)',
      async (when) => {
        const order = service.order();
        const key = randomUUID();
        service.provider[when] = away('create');
        for (let n = 0; n < 2; n++) {
          const lost = await pay(order, { method: 'card' }, key);
          expect(lost).toMatchObject({ status: 503, body: { code: 'payment-provider-unavailable' } });
          expect(lost.headers['retry-after']).toBe('2');
        }
        expect((await pay(order)).body).toMatchObject({ code: 'payment-in-progress' });
        service.provider[when] = () => undefined;
        const { status, body } = await pay(order, { method: 'card' }, key);
        expect([status, body.status]).toEqual([201, 'created']);
        expect(body.client_secret).not.toBeNull();
        expect(service.provider.intents.size).toBe(1);
        expect(new Set(service.provider.calls.map((call) => call.key)).size).toBe(1);
      },
    );

    it.each([
      ['cancelled', 'cancelled'],
      ['paid', 'already-paid'],
    ])('an order that is %s cannot be paid', async (status, unpayable) => {
      const order = service.order({ status, unpayable, amount_due: '0.00' });
      expect(await pay(order)).toMatchObject({ status: 409, body: { code: 'order-not-payable', reason: unpayable } });
      expect(service.provider.calls).toEqual([]);
    });

    it('an order whose money has come is not paid again, even before the order knows', async () => {
      const order = service.order();
      const { body } = await pay(order);
      service.provider.pay(body.provider_ref);
      await sync(body.payment_id);
      expect(await pay(order)).toMatchObject({ status: 409, body: { code: 'order-not-payable' } });
    });

    it('an attempt that the provider refuses has ended, and the order can still be paid', async () => {
      const order = service.order();
      service.provider.before = () => {
        throw providerRefused('amount_too_small');
      };
      expect(await pay(order)).toMatchObject({ status: 409, body: { code: 'order-not-payable' } });
      service.provider.before = () => undefined;
      expect((await pay(order)).status).toBe(201);
    });
  });

  describe('by hand', () => {
    it('is captured at once without the provider, by staff only', async () => {
      const order = service.order();
      expect(await pay(order, { method: 'manual' })).toMatchObject({ status: 403, body: { code: 'forbidden' } });
      const { status, body } = await pay(order, { method: 'manual' }, undefined, STAFF);
      expect([status, body]).toMatchObject([
        201,
        { method: 'manual', provider: 'manual', status: 'captured', captured_amount: '12.00', client_secret: null },
      ]);
      expect(service.provider.calls).toEqual([]);
      expect(await kinds(body.payment_id)).toEqual(['payment.captured']);
      expect(await entries(body.payment_id)).toMatchObject([
        { kind: 'authorized', amount: '12.00' },
        { kind: 'captured', amount: '12.00', provider_ref: order.order_ref },
      ]);
    });

    it('two clicks of two members of staff take the money once', async () => {
      const order = service.order();
      const answers = await Promise.all(
        [STAFF, { user_id: 9, role: 'staff' } as const].map((who) => pay(order, { method: 'manual' }, undefined, who)),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
    });
  });

  describe('reading', () => {
    it('another customer’s payments do not exist', async () => {
      const order = service.order();
      const { body } = await pay(order);
      const path = `/payments/${body.payment_id}`;
      for (const [method, url] of [
        ['GET', path],
        ['GET', `/orders/${order.order_id}/payments`],
        ['POST', `${path}/cancel`],
        ['POST', `/orders/${order.order_id}/payments`],
      ] as const) {
        const options = method === 'GET' ? {} : { body: url.endsWith('cancel') ? {} : { method: 'card' } };
        expect([url, (await service.call(BOB, method, url, options)).status]).toEqual([url, 404]);
      }
      expect((await read(body.payment_id)).status).toBe('created');
    });

    it('a guest with the order’s token pays it and sees its payments; another token opens nothing', async () => {
      const [token, other] = [newGuestToken('order'), newGuestToken('order')];
      const order = service.order({ user_id: null, token_hash: guestTokenHash(token) });
      const url = `/orders/${order.order_id}/payments`;
      const headers = { 'order-token': token, 'idempotency-key': 'guest' };
      const ask = { body: { method: 'card' }, headers };
      const first = await service.call<Payment>(undefined, 'POST', url, ask);
      expect(first).toMatchObject({
        status: 201,
        body: { status: 'created', client_secret: expect.any(String) as string },
      });
      expect((await service.call<Payment>(undefined, 'POST', url, ask)).body).toEqual(first.body);
      const { body } = await service.call(undefined, 'GET', url, { headers });
      expect(body).toMatchObject({ total: 1, payments: [first.body] });
      const path = `/payments/${first.body.payment_id}`;
      expect((await service.call(undefined, 'GET', path, { headers })).body).toEqual(first.body);
      const others = { headers: { 'order-token': other } };
      expect((await service.call(undefined, 'GET', path, others)).body).toMatchObject({
        status: 404,
        detail: 'There is no such payment.',
      });
      const refused = async (headers: Record<string, string>, who?: TestUser, method = 'card') => [
        (await service.call(who, 'GET', url, { headers })).status,
        (await service.call(who, 'POST', url, { headers, body: { method } })).status,
      ];
      expect(await refused({ 'order-token': other })).toEqual([404, 404]);
      expect(await refused({ 'cart-token': token })).toEqual([401, 401]);
      expect(await refused({ 'order-token': other }, BOB)).toEqual([404, 404]);
      expect((await refused({ 'order-token': token }, undefined, 'manual'))[1]).toBe(403);
      const another = service.order({ user_id: null, token_hash: guestTokenHash(other) });
      const wrong = `/orders/${another.order_id}/payments`;
      expect((await service.call(undefined, 'GET', wrong, { headers })).status).toBe(404);
    });

    it('the payments of a guest’s order are the customer’s who has claimed it', async () => {
      const token = newGuestToken('order');
      const order = service.order({ user_id: null, token_hash: guestTokenHash(token) });
      const url = `/orders/${order.order_id}/payments`;
      const ask = { body: { method: 'card' }, headers: { 'order-token': token } };
      const { body } = await service.call<Payment>(undefined, 'POST', url, ask);
      const path = `/payments/${body.payment_id}`;
      expect((await service.call(ADA, 'GET', path)).status).toBe(404);
      const claimed = JSON.parse(
        readFileSync('test/contracts/events/order.claimed.json', 'utf8'),
      ) as Envelope<'order.claimed'>;
      await service.deliver('order.claimed', { ...claimed.payload, order_id: order.order_id, user_id: ADA.user_id });
      await eventually(async () => expect((await service.call(ADA, 'GET', path)).status).toBe(200));
    });

    it('shows the secret to the payer, and to nobody else', async () => {
      const { body } = await pay(service.order());
      expect((await read(body.payment_id)).client_secret).toBe(body.client_secret);
      expect((await read(body.payment_id, STAFF)).client_secret).toBeNull();
    });

    it('lists the payments of an order, and all of them to staff, filtered', async () => {
      const order = service.order({ order_total: '77.77' });
      const { body: first } = await pay(order);
      await service.call(ADA, 'POST', `/payments/${first.payment_id}/cancel`, { body: {} });
      const { body: second } = await pay(order);
      const of = async (who: TestUser, url: string) =>
        (await service.call<{ payments: Payment[]; total: number }>(who, 'GET', url)).body;
      expect(await of(ADA, `/orders/${order.order_id}/payments`)).toMatchObject({
        total: 2,
        payments: [{ payment_id: second.payment_id }, { payment_id: first.payment_id, status: 'cancelled' }],
      });
      const ids = async (query: string) =>
        (await of(STAFF, `/payments?order_id=${order.order_id}&${query}`)).payments.map(({ payment_id }) => payment_id);
      expect(await ids('status=cancelled')).toEqual([first.payment_id]);
      expect(await ids(`provider_ref=${second.provider_ref}`)).toEqual([second.payment_id]);
      expect(await ids('mismatch=true')).toEqual([]);
      expect(await ids('created_from=2999-01-01T00:00:00Z')).toEqual([]);
      expect(await ids('sort=amount&page_size=1')).toEqual([first.payment_id]);
      const { body: page } = await service.call(STAFF, 'GET', `/payments?order_id=${order.order_id}&page_size=1`);
      expect(await ids(`page_size=1&cursor=${String(page['next_cursor'])}`)).toEqual([first.payment_id]);
      expect((await service.call(ADA, 'GET', '/payments')).status).toBe(403);
    });
  });

  describe('what the provider says', () => {
    it('a payment that was made is captured, with its entries, and told once', async () => {
      const { body } = await pay(service.order());
      service.provider.pay(body.provider_ref);
      await Promise.all([1, 2, 3].map(() => sync(body.payment_id)));
      await service.call(STAFF, 'POST', `/payments/${body.payment_id}/refresh`);
      expect(await read(body.payment_id)).toMatchObject({
        status: 'captured',
        captured_amount: '12.00',
        authorized_amount: '12.00',
        refundable_amount: '12.00',
        client_secret: null,
        mismatch: false,
      });
      expect(await kinds(body.payment_id)).toEqual(['payment.captured']);
      expect(await entries(body.payment_id)).toMatchObject([{ kind: 'authorized' }, { kind: 'captured' }]);
    });

    it('a failed attempt can go on: declined three times, then paid', async () => {
      const order = service.order();
      const { body } = await pay(order);
      for (let n = 0; n < 3; n++) {
        service.provider.decline(body.provider_ref);
        await sync(body.payment_id);
        expect(await read(body.payment_id)).toMatchObject({
          status: 'failed',
          failure: { code: 'generic_decline', message: 'Your card was declined.' },
          client_secret: body.client_secret,
        });
      }
      service.provider.pay(body.provider_ref);
      await sync(body.payment_id);
      expect(await read(body.payment_id)).toMatchObject({ status: 'captured', failure: null });
      expect(await kinds(body.payment_id)).toEqual(['payment.failed', 'payment.captured']);
    });

    it('(10) a failed attempt that has succeeded by the time it is fetched is not told', async () => {
      const { body } = await pay(service.order());
      service.provider.decline(body.provider_ref);
      service.provider.pay(body.provider_ref);
      await sync(body.payment_id);
      expect(await kinds(body.payment_id)).toEqual(['payment.captured']);
    });

    it.each<[string, { amount?: number; currency?: string }]>([
      ['one minor unit less', { amount: 1_199 }],
      ['one minor unit more', { amount: 1_201 }],
      ['another currency', { currency: 'EUR' }],
    ])('(3) %s than was asked pays nothing, and staff are told', async (_, paid) => {
      const { body } = await pay(service.order());
      service.provider.pay(body.provider_ref, paid);
      await sync(body.payment_id);
      expect(await read(body.payment_id)).toMatchObject({ status: 'captured', mismatch: true });
      const events = await service.events(body.payment_id);
      expect(events.map(({ event_type, payload }) => [event_type, payload])).toMatchObject([
        ['payment.mismatch', { paid_currency: paid.currency ?? 'USD', mismatch: true }],
      ]);
      const mismatches = await service.call<{ payments: Payment[] }>(STAFF, 'GET', '/payments?mismatch=true');
      expect(mismatches.body.payments.map(({ payment_id }) => payment_id)).toContain(body.payment_id);
    });

    it('a dispute takes its amount, and gives it back when it is won', async () => {
      const { body } = await pay(service.order());
      service.provider.pay(body.provider_ref);
      const dispute = service.provider.dispute(body.provider_ref, 1_200);
      await sync(body.payment_id);
      expect(await read(body.payment_id)).toMatchObject({ disputed_amount: '12.00', refundable_amount: '0.00' });
      service.provider.endDispute(body.provider_ref, dispute, 'won');
      await sync(body.payment_id);
      expect(await read(body.payment_id)).toMatchObject({ disputed_amount: '0.00', refundable_amount: '12.00' });
      const told = (await service.events(body.payment_id)).slice(1).map(({ payload }) => payload);
      expect(told).toMatchObject([{ dispute_status: 'open' }, { dispute_status: 'won', dispute_amount: '12.00' }]);
    });

    it('an answer that another process has overtaken is asked again, not written', async () => {
      const { body } = await pay(service.order());
      const ref = body.provider_ref;
      service.provider.decline(ref);
      let overtaken = false;
      service.provider.after = async (call) => {
        if (call !== 'fetch' || overtaken) return;
        overtaken = true;
        service.provider.pay(ref);
        const seen = structuredClone(service.provider.get(ref));
        const { syncs } = await service.app.get(PaymentsRepository).getById(body.payment_id);
        await service.app.get(PaymentWriter).apply(body.payment_id, syncs, seen);
      };
      await sync(body.payment_id);
      expect(await read(body.payment_id)).toMatchObject({ status: 'captured' });
      expect(await kinds(body.payment_id)).toEqual(['payment.captured']);
    });
  });

  describe('cancelling', () => {
    const cancel = (id: number, who = ADA) =>
      service.call<Payment>(who, 'POST', `/payments/${id}/cancel`, { body: { reason: 'Changed my mind' } });

    it('ends the payment at the provider, and again changes nothing', async () => {
      const order = service.order();
      const { body } = await pay(order);
      for (let n = 0; n < 2; n++) {
        expect(await cancel(body.payment_id)).toMatchObject({
          status: 200,
          body: { status: 'cancelled', cancel_reason: 'Changed my mind' },
        });
      }
      expect(service.provider.get(body.provider_ref).status).toBe('cancelled');
      expect(await kinds(body.payment_id)).toEqual(['payment.cancelled']);
      expect((await pay(order)).status).toBe(201);
    });

    it('loses against the customer who has paid meanwhile', async () => {
      const { body } = await pay(service.order());
      service.provider.pay(body.provider_ref);
      const answer = await cancel(body.payment_id);
      expect(answer).toMatchObject({
        status: 409,
        body: { code: 'payment-not-cancellable', current_status: 'captured' },
      });
      expect(await read(body.payment_id)).toMatchObject({ status: 'captured' });
    });

    it('an attempt that never reached the provider ends here', async () => {
      const order = service.order();
      service.provider.before = away('create');
      await pay(order);
      const { body } = await service.call<{ payments: Payment[] }>(ADA, 'GET', `/orders/${order.order_id}/payments`);
      const [open] = body.payments;
      expect(await cancel(open?.payment_id ?? 0)).toMatchObject({ status: 200, body: { status: 'cancelled' } });
      service.provider.before = () => undefined;
      expect((await pay(order)).status).toBe(201);
    });
  });
});

describeOnEachDatabase('payments that are captured on shipment', (databaseUrl) => {
  let service: PaymentsService;
  beforeAll(async () => {
    service = await PaymentsService.start(databaseUrl(), { CAPTURE: 'on_shipment' });
  }, 60_000);
  afterAll(() => service?.stop());
  beforeEach(() => service.provider.reset());

  const authorized = async () => {
    const { order_id } = service.order();
    const { body } = await service.call<Payment>(ADA, 'POST', `/orders/${order_id}/payments`, {
      body: { method: 'card' },
    });
    service.provider.pay(body.provider_ref);
    await service.app.get(PaymentSync).sync(body.payment_id);
    return body;
  };
  const post = (id: number, step: string, body: object = {}, who = STAFF) =>
    service.call<Payment>(who, 'POST', `/payments/${id}/${step}`, { body });
  const kinds = async (id: number) => (await service.events(id)).map(({ event_type }) => event_type);

  it('are authorised first, then captured by staff; captured again they stay as they are', async () => {
    const { payment_id } = await authorized();
    const { body } = await service.call<Payment>(ADA, 'GET', `/payments/${payment_id}`);
    expect(body).toMatchObject({ status: 'authorized', authorized_amount: '12.00', captured_amount: '0.00' });
    expect(body['capture_before']).not.toBeNull();
    for (let n = 0; n < 2; n++) {
      const captured = await post(payment_id, 'capture');
      expect(captured).toMatchObject({ status: 200, body: { status: 'captured', captured_amount: '12.00' } });
    }
    expect(await kinds(payment_id)).toEqual(['payment.authorized', 'payment.captured']);
    expect((await post(payment_id, 'capture', {}, ADA)).status).toBe(403);
  });

  it('may be captured in part: the rest is released, and it is what was asked', async () => {
    const { payment_id } = await authorized();
    expect(await post(payment_id, 'capture', { amount: '12.01' })).toMatchObject({
      status: 409,
      body: { code: 'payment-not-capturable', authorized_amount: '12.00' },
    });
    const { body } = await post(payment_id, 'capture', { amount: '5.00' });
    expect(body).toMatchObject({ status: 'captured', captured_amount: '5.00', authorized_amount: '5.00' });
    expect(body['mismatch']).toBe(false);
    const { body: ledger } = await service.call(STAFF, 'GET', `/payments/${payment_id}/entries`);
    expect(ledger['entries']).toMatchObject([
      { kind: 'authorized', amount: '12.00' },
      { kind: 'captured', amount: '5.00' },
      { kind: 'released', amount: '7.00' },
    ]);
  });

  it('captured is success although the answer of the capture was lost', async () => {
    const { payment_id } = await authorized();
    service.provider.after = away('capture');
    expect((await post(payment_id, 'capture', { amount: '5.00' })).status).toBe(503);
    service.provider.after = () => undefined;
    expect(await post(payment_id, 'capture', { amount: '5.00' })).toMatchObject({
      status: 200,
      body: { status: 'captured', mismatch: false },
    });
    expect(service.provider.count('capture')).toBe(1);
  });

  it('are captured once, with one amount, whoever else asks for another meanwhile', async () => {
    const { payment_id } = await authorized();
    service.provider.before = away('capture');
    expect((await post(payment_id, 'capture', { amount: '5.00' })).status).toBe(503);
    service.provider.before = () => undefined;
    expect(await post(payment_id, 'capture', { amount: '7.00' })).toMatchObject({
      status: 409,
      body: { code: 'payment-not-capturable', capture_amount: '5.00' },
    });
    expect((await post(payment_id, 'capture')).body).toMatchObject({ captured_amount: '5.00', mismatch: false });
  });

  it('can be captured in another amount after the provider has refused one', async () => {
    const { payment_id } = await authorized();
    service.provider.before = (call) => {
      if (call === 'capture') throw providerRefused('amount_too_small');
    };
    expect((await post(payment_id, 'capture', { amount: '0.01' })).status).toBe(409);
    service.provider.before = () => undefined;
    expect((await post(payment_id, 'capture', { amount: '12.00' })).body).toMatchObject({ status: 'captured' });
  });

  it('cannot be captured before they are authorised, nor after they were cancelled', async () => {
    const { order_id } = service.order();
    const { body } = await service.call<Payment>(ADA, 'POST', `/orders/${order_id}/payments`, {
      body: { method: 'card' },
    });
    for (const status of ['created', 'cancelled']) {
      expect(await post(body.payment_id, 'capture')).toMatchObject({
        status: 409,
        body: { code: 'payment-not-capturable', current_status: status },
      });
      await post(body.payment_id, 'cancel');
    }
  });

  it('are what the order is paid by: only staff cancel them', async () => {
    const { payment_id } = await authorized();
    expect(await post(payment_id, 'cancel', {}, ADA)).toMatchObject({
      status: 409,
      body: { code: 'payment-not-cancellable' },
    });
    const { body } = await post(payment_id, 'cancel');
    expect(body).toMatchObject({ status: 'cancelled', authorized_amount: '0.00' });
    expect(await kinds(payment_id)).toEqual(['payment.authorized', 'payment.cancelled']);
  });
});
