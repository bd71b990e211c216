import { AuditLog } from '@app/audit';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { describeOnEachDatabase } from '../../../../test/support/databases.js';
import { PaymentsService, type TestUser } from '../../../../test/support/payments-service.js';
import { WireUnderTest } from '../../../../test/support/stripe.js';
import {
  PaymentsAdminService,
  PaymentsOperationsModule,
  ProviderEventsAdminService,
  ReconciliationAdminService,
  RefundsAdminService,
} from '../operations-app.module.js';

const ADA: TestUser = { user_id: 1, role: 'customer' };
const ME = 'me@machine';
const ALL = { amount: undefined, reason: 'returned', note: 'Broken' } as const;

describeOnEachDatabase('operators of payments', (databaseUrl) => {
  let stripe: WireUnderTest;
  let service: PaymentsService;
  let ops: INestApplicationContext;
  beforeAll(async () => {
    // It is told no webhook, so that only operators bring news.
    stripe = await WireUnderTest.start();
    const [host, port] = ['127.0.0.1', new URL(stripe.wire.endpoint).port];
    const environment = { STRIPE_HOST: host, STRIPE_PORT: port, STRIPE_PROTOCOL: 'http', RECONCILIATION_INTERVAL: '0' };
    service = await PaymentsService.start(databaseUrl(), environment, { realProvider: true });
    const access = { url: databaseUrl(), poolSize: 2, migrated: 'elsewhere' as const };
    const provider = { secretKey: 'sk_test_local', host, port: Number(port), protocol: 'http' as const };
    ops = await NestFactory.createApplicationContext(PaymentsOperationsModule.forDatabase(access, 'test', provider), {
      logger: false,
    });
  }, 60_000);
  afterAll(async () => {
    await ops?.close();
    await service?.stop();
    await stripe?.stop();
  });
  afterEach(() => faults({ drop_events: 0, refuse_with: 0, lose_answers: 0 }));

  const faults = (some: Record<string, number>) => stripe.control('settings', { faults: some });
  const paid = async () => {
    const order = service.order();
    const { body } = await service.call(ADA, 'POST', `/orders/${order.order_id}/payments`, {
      body: { method: 'card' },
    });
    const [id, ref] = [Number(body['payment_id']), String(body['provider_ref'])];
    const confirmed = { payment_method: 'pm_card_visa', return_url: 'https://shop.example/done' };
    await stripe.stripe.paymentIntents.confirm(ref, confirmed);
    return { order, id, ref };
  };
  const captured = async () => {
    const payment = await paid();
    await ops.get(PaymentsAdminService).refresh(payment.id, ME);
    return payment;
  };
  const lastAudit = async () => (await ops.get(AuditLog).list(1))[0];
  const get = (id: number) => ops.get(PaymentsAdminService).get(id);

  it('a refresh writes what the provider says, and says whether that is new', async () => {
    const { id } = await paid();
    const first = await ops.get(PaymentsAdminService).refresh(id, ME);
    expect([first.changed, first.payment.status]).toEqual([true, 'captured']);
    await first.record();
    expect(await lastAudit()).toMatchObject({
      operator: ME,
      action: 'payments.refresh',
      target: String(id),
      before: { status: 'created', captured: 0 },
      after: { status: 'captured', captured: 1_200 },
    });
    expect((await ops.get(PaymentsAdminService).refresh(id, ME)).changed).toBe(false);
  });

  it('a reconciliation finds what no webhook has told, once', async () => {
    await ops.get(ReconciliationAdminService).run(ME);
    const { id, ref } = await paid();
    await stripe.stripe.refunds.create({ payment_intent: ref, amount: 200 });
    const { result, record } = await ops.get(ReconciliationAdminService).run(ME);
    expect(result).toMatchObject({ payments_checked: 1, payments_changed: 1, payments_left: 0 });
    expect(result.events_found).toBeGreaterThan(1);
    // Promised, captured, refunded.
    expect(result.entries_added).toBe(3);
    await record();
    expect(await lastAudit()).toMatchObject({ action: 'payments.reconcile', after: result });
    expect(await get(id)).toMatchObject({ status: 'captured', refundedAmount: 200 });
    const again = await ops.get(ReconciliationAdminService).run(ME);
    expect(again.result).toMatchObject({ events_found: 0, payments_changed: 0, entries_added: 0 });
  });

  it('without the provider a reconciliation changes nothing, and says so', async () => {
    await faults({ refuse_with: 500 });
    await expect(ops.get(ReconciliationAdminService).run(ME)).rejects.toMatchObject({
      code: 'payment-provider-unavailable',
    });
  });

  it('a refund is stored with its audit row, and never exceeds what was captured', async () => {
    const { id } = await captured();
    const refund = await ops.get(RefundsAdminService).refund(id, { ...ALL, amount: 500 }, ME);
    expect(refund).toMatchObject({ status: 'succeeded', amount: 500, note: 'Broken', requestedBy: null });
    expect(await lastAudit()).toMatchObject({
      action: 'payments.refund',
      before: { captured: 1_200, refunded: 0 },
      after: { refund_ref: refund.refundRef, amount: 500, currency: 'USD', reason: 'returned' },
    });
    const before = await lastAudit();
    await expect(ops.get(RefundsAdminService).refund(id, { ...ALL, amount: 701 }, ME)).rejects.toMatchObject({
      code: 'refund-exceeds-captured',
    });
    expect(await lastAudit()).toEqual(before);
    expect((await ops.get(RefundsAdminService).refund(id, ALL, ME)).amount).toBe(700);
    const { entries, refunds } = await ops.get(PaymentsAdminService).details(id);
    expect(entries.map(({ kind }) => kind)).toEqual(['authorized', 'captured', 'refunded', 'refunded']);
    expect(refunds).toHaveLength(2);
  });

  it('no refund is made whose audit row cannot be written', async () => {
    const { id } = await captured();
    jest.spyOn(AuditLog.prototype, 'record').mockRejectedValueOnce(new Error('The disk is full.'));
    await expect(ops.get(RefundsAdminService).refund(id, ALL, ME)).rejects.toThrow('The disk is full.');
    expect((await ops.get(PaymentsAdminService).details(id)).refunds).toEqual([]);
  });

  it('a refund whose answer is lost is found out', async () => {
    const { id } = await captured();
    await faults({ lose_answers: 1 });
    expect(await ops.get(RefundsAdminService).refund(id, ALL, ME)).toMatchObject({ status: 'submitted' });
    await faults({ lose_answers: 0 });
    await ops.get(PaymentsAdminService).refresh(id, ME);
    expect(await get(id)).toMatchObject({ refundedAmount: 1_200, refundingAmount: 0 });
  });

  it('events are listed, and looked after again', async () => {
    const { id, ref } = await paid();
    await ops.get(ReconciliationAdminService).run(ME);
    const events = ops.get(ProviderEventsAdminService);
    const [event] = await events.list({ outcome: 'applied', objectRef: ref }, 1);
    await stripe.stripe.refunds.create({ payment_intent: ref });
    const rows = await events.replay([event?.id ?? 0], ME);
    expect(rows).toEqual([{ id: event?.id, object_ref: ref, before: 'applied', after: 'applied' }]);
    expect(await get(id)).toMatchObject({ refundedAmount: 1_200 });
    expect(await lastAudit()).toMatchObject({
      action: 'provider-events.replay',
      target: String(event?.id),
      before: { outcome: 'applied' },
      after: { outcome: 'waiting', attempts: 0 },
    });
    await faults({ refuse_with: 500 });
    expect(await events.replay([event?.id ?? 0], ME)).toMatchObject([{ before: 'applied', after: 'waiting' }]);
    await expect(events.replay([999_999], ME)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('payments are listed by every filter, the newest first', async () => {
    const { order, id, ref } = await captured();
    const list = (filter: object, limit = 10) => ops.get(PaymentsAdminService).list(filter, limit);
    const ids = async (filter: object, limit?: number) => (await list(filter, limit)).map(({ paymentId }) => paymentId);
    expect(await ids({}, 1)).toEqual([id]);
    expect(await ids({ order_id: order.order_id })).toEqual([id]);
    expect(await ids({ provider_ref: ref })).toEqual([id]);
    expect(await ids({ mismatch: true })).toEqual([]);
    expect(await ids({ status: 'captured', created_from: new Date(Date.now() + 60_000) })).toEqual([]);
    expect(await ids({ created_to: new Date() }, 100)).toContain(id);
  });
});
