import { describeOnEachDatabase } from '../../../../test/support/databases.js';
import { eventually } from '../../../../test/support/eventually.js';
import { away } from '../../../../test/support/fake-payment-provider.js';
import { PaymentsService, type TestUser } from '../../../../test/support/payments-service.js';
import { PaymentSync } from '../payments/payment-sync.js';
import { providerRefused } from '../providers/provider.errors.js';
import { RefundsSweeper } from './refunds.sweeper.js';

const ADA: TestUser = { user_id: 1, role: 'customer' };
const BOB: TestUser = { user_id: 2, role: 'customer' };
const STAFF: TestUser = { user_id: 8, role: 'staff' };

interface Body {
  [name: string]: unknown;
}

describeOnEachDatabase('refunds', (databaseUrl) => {
  let service: PaymentsService;
  beforeAll(async () => {
    service = await PaymentsService.start(databaseUrl());
  }, 60_000);
  afterAll(() => service?.stop());
  beforeEach(() => {
    service.provider.reset();
    service.clock.ahead = 0;
  });

  /** A captured payment of 12.00. */
  const paid = async (method = 'card') => {
    const { order_id } = service.order();
    const who = method === 'manual' ? STAFF : ADA;
    const { body } = await service.call<Body>(who, 'POST', `/orders/${order_id}/payments`, { body: { method } });
    const id = Number(body['payment_id']);
    if (method === 'card') {
      service.provider.pay(String(body['provider_ref']));
      await service.app.get(PaymentSync).sync(id);
    }
    return { id, ref: String(body['provider_ref']) };
  };
  const refund = (id: number, body: object = { reason: 'returned' }, key?: string) =>
    service.call<Body>(STAFF, 'POST', `/payments/${id}/refunds`, {
      body,
      headers: key === undefined ? {} : { 'idempotency-key': key },
    });
  const read = async (id: number) => (await service.call<Body>(STAFF, 'GET', `/payments/${id}`)).body;
  const list = async (id: number, who = STAFF) =>
    (await service.call<{ refunds: Body[] }>(who, 'GET', `/payments/${id}/refunds`)).body.refunds;
  const told = async (id: number) => (await service.events(id)).slice(1).map(({ event_type }) => event_type);
  const sweep = () => service.app.get(RefundsSweeper).sweep();

  it('refund what is left, or a part of it, and say so once', async () => {
    const { id, ref } = await paid();
    const part = await refund(id, { amount: '2.50', reason: 'returned', note: 'One was broken' });
    expect(part).toMatchObject({
      status: 201,
      body: { status: 'succeeded', amount: '2.50', currency: 'USD', reason: 'returned', note: 'One was broken' },
    });
    expect(part.headers['location']).toBe(`/payments/${id}/refunds`);
    expect((await refund(id)).body).toMatchObject({ status: 'succeeded', amount: '9.50' });
    expect(await read(id)).toMatchObject({ refunded_amount: '12.00', refundable_amount: '0.00', status: 'captured' });
    expect(service.provider.get(ref).refunds.map(({ amount }) => amount)).toEqual([250, 950]);
    expect(await told(id)).toEqual(['payment.refunded', 'payment.refunded']);
    expect(await refund(id)).toMatchObject({
      status: 409,
      body: { code: 'refund-exceeds-captured', refundable_amount: '0.00' },
    });
  });

  it('any number of partial refunds, and never more than was captured', async () => {
    const { id, ref } = await paid();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => refund(id, { amount: '1.00', reason: 'other' })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([
      ...Array<number>(12).fill(201),
      ...Array<number>(8).fill(409),
    ]);
    expect(service.provider.get(ref).refunds).toHaveLength(12);
    await eventually(async () => expect(await read(id)).toMatchObject({ refunded_amount: '12.00' }));
  });

  it('the same key is the same refund', async () => {
    const { id, ref } = await paid();
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => refund(id, { amount: '1.00', reason: 'other' }, 'k')),
    );
    expect(answers.filter(({ status }) => status === 201).length).toBeGreaterThan(0);
    expect((await refund(id, { amount: '1.00', reason: 'other' }, 'k')).status).toBe(201);
    expect(service.provider.get(ref).refunds).toHaveLength(1);
  });

  it.each(['before', 'after'] as const)(
    'an unknown outcome is pending and is retried under the same key (lost %s the work)',
    async (when) => {
      const { id, ref } = await paid();
      service.provider[when] = away('refund');
      const asked = await refund(id, { amount: '5.00', reason: 'other' });
      expect(asked).toMatchObject({ status: 201, body: { status: 'submitted' } });
      expect(await read(id)).toMatchObject({ refunded_amount: '0.00', refundable_amount: '7.00' });
      expect((await refund(id, { amount: '7.01', reason: 'other' })).status).toBe(409);
      service.provider[when] = () => undefined;
      await eventually(async () => {
        service.clock.advance(60_000);
        await sweep();
        expect(await list(id)).toMatchObject([{ status: 'succeeded' }]);
      });
      expect(await read(id)).toMatchObject({ refunded_amount: '5.00', refundable_amount: '7.00' });
      expect(service.provider.get(ref).refunds).toHaveLength(1);
      expect(await told(id)).toEqual(['payment.refunded']);
    },
  );

  it('a refund that is stored and was never sent is sent by the sweep', async () => {
    const { id, ref } = await paid();
    service.provider.before = async (call) => {
      if (call === 'refund') await new Promise((_, reject) => reject(new Error('the process died')));
    };
    expect((await refund(id)).status).toBe(500);
    expect(await list(id)).toMatchObject([{ status: 'requested', amount: '12.00' }]);
    service.provider.before = () => undefined;
    service.clock.advance(20_000);
    await eventually(async () => {
      await sweep();
      expect(await list(id)).toMatchObject([{ status: 'succeeded' }]);
    });
    expect(service.provider.get(ref).refunds).toHaveLength(1);
  });

  it('a refund that the provider never had is given up after a day, and its money is free again', async () => {
    const { id } = await paid();
    service.provider.before = away('refund');
    await refund(id);
    service.clock.advance(24 * 3_600_000);
    await eventually(async () => {
      await sweep();
      expect(await list(id)).toMatchObject([{ status: 'failed', failure_code: 'no-answer' }]);
    });
    expect(await read(id)).toMatchObject({ refundable_amount: '12.00' });
    expect(await told(id)).toEqual(['payment.refund-failed']);
  });

  it('a refusal fails at once, and its money is free again', async () => {
    const { id } = await paid();
    service.provider.before = (call) => {
      if (call === 'refund') throw providerRefused('charge_disputed');
    };
    expect((await refund(id)).body).toMatchObject({ status: 'failed', failure_code: 'charge_disputed' });
    expect(await read(id)).toMatchObject({ refundable_amount: '12.00' });
    expect(await told(id)).toEqual(['payment.refund-failed']);
  });

  it('a refund under way ends as the provider says, also after it had succeeded', async () => {
    const { id, ref } = await paid();
    service.provider.refundsEnd = 'pending';
    expect((await refund(id)).body).toMatchObject({ status: 'submitted' });
    const [{ provider_ref } = { provider_ref: '' }] = service.provider.get(ref).refunds;
    for (const [status, refundable] of [
      ['succeeded', '0.00'],
      ['failed', '12.00'],
    ] as const) {
      service.provider.endRefund(ref, provider_ref, status);
      await service.app.get(PaymentSync).sync(id);
      expect(await read(id)).toMatchObject({ refundable_amount: refundable });
    }
    expect(await told(id)).toEqual(['payment.refunded', 'payment.refund-failed']);
  });

  it('the ledger adopts what was refunded at the provider', async () => {
    const { id, ref } = await paid();
    service.provider.giveBack(ref, 400);
    await service.app.get(PaymentSync).sync(id);
    expect(await read(id)).toMatchObject({ refunded_amount: '4.00', refundable_amount: '8.00' });
    expect(await list(id)).toMatchObject([{ status: 'succeeded', amount: '4.00', reason: 'other' }]);
    expect((await refund(id, { amount: '8.01', reason: 'other' })).status).toBe(409);
    expect((await refund(id)).body).toMatchObject({ amount: '8.00', status: 'succeeded' });
  });

  it('money by hand goes back by hand', async () => {
    const { id } = await paid('manual');
    expect((await refund(id, { amount: '3.00', reason: 'other' })).body).toMatchObject({ status: 'succeeded' });
    expect(await read(id)).toMatchObject({ refunded_amount: '3.00', refundable_amount: '9.00' });
    expect(service.provider.calls).toEqual([]);
  });

  it('nothing goes back of a payment that was not captured', async () => {
    const { order_id } = service.order();
    const { body } = await service.call<Body>(ADA, 'POST', `/orders/${order_id}/payments`, {
      body: { method: 'card' },
    });
    expect(await refund(Number(body['payment_id']))).toMatchObject({
      status: 409,
      body: { code: 'refund-exceeds-captured' },
    });
  });

  it('are read by the payer without the notes of staff, and made by staff only', async () => {
    const { id } = await paid();
    await refund(id, { amount: '1.00', reason: 'other', note: 'A difficult customer' });
    expect(await list(id, ADA)).toMatchObject([{ amount: '1.00', note: null }]);
    expect(await list(id)).toMatchObject([{ note: 'A difficult customer' }]);
    expect((await service.call(BOB, 'GET', `/payments/${id}/refunds`)).status).toBe(404);
    const forbidden = await service.call(ADA, 'POST', `/payments/${id}/refunds`, { body: { reason: 'other' } });
    expect(forbidden.status).toBe(403);
  });
});
