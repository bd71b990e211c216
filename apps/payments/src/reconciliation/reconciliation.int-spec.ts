import type { EventPayloads, OrderPayload } from '@app/events';
import { randomUUID } from 'node:crypto';
import { describeOnEachDatabase } from '../../../../test/support/databases.js';
import { eventually } from '../../../../test/support/eventually.js';
import { away } from '../../../../test/support/fake-payment-provider.js';
import { PaymentsService, type TestOrder, type TestUser } from '../../../../test/support/payments-service.js';
import { PaymentSync } from '../payments/payment-sync.js';
import { providerRefused } from '../providers/provider.errors.js';
import { RefundsSweeper } from '../refunds/refunds.sweeper.js';
import { OrderEventsService } from './order-events.service.js';
import { OrderSettlement } from './order-settlement.js';
import { PaymentChecksSweeper } from './payment-checks.sweeper.js';
import { ReconciliationSweeper } from './reconciliation.sweeper.js';

const ADA: TestUser = { user_id: 1, role: 'customer' };
const STAFF: TestUser = { user_id: 8, role: 'staff' };
const HOUR = 3_600_000;

interface Body {
  [name: string]: unknown;
}

const eventOf = (order: TestOrder, paymentStatus = 'paid'): OrderPayload => ({
  order_id: order.order_id,
  order_ref: order.order_ref,
  user_id: 1,
  customer_email: 'user1@example.com',
  status: order.status,
  payment_status: paymentStatus,
  previous_status: 'pending',
  order_total: order.order_total,
  currency: order.currency,
  items: [],
  shipping_address: null,
  carrier: null,
  tracking_number: null,
  cancel_reason: null,
  created_at: '2026-12-01T12:00:00.000Z',
});

/** Each tells that more of the order is credited, or that a part of it has left. */
const ABOUT_PARTS = {
  'order.partially-cancelled': (order: TestOrder): EventPayloads['order.partially-cancelled'] => ({
    ...eventOf(order),
    cancellation: { cancellation_id: 1, cancellation_ref: randomUUID(), items: [], amount: order.amount_credited },
  }),
  'return.settled': (order: TestOrder): EventPayloads['return.settled'] => ({
    ...eventOf(order),
    return: {
      return_id: 1,
      return_ref: randomUUID(),
      status: 'settled',
      items: [],
      refund_amount: order.amount_credited,
      fee: null,
    },
    rejection_reason: null,
  }),
  'shipment.shipped': (order: TestOrder): EventPayloads['shipment.shipped'] => ({
    ...eventOf(order),
    shipment: {
      shipment_id: 1,
      shipment_ref: randomUUID(),
      items: [],
      parcels: [],
      shipped_at: '2026-12-01T12:00:00.000Z',
    },
  }),
};

for (const capture of ['automatic', 'on_shipment'] as const) {
  describeOnEachDatabase(`what becomes of payments (${capture})`, (databaseUrl) => {
    let service: PaymentsService;
    beforeAll(async () => {
      service = await PaymentsService.start(databaseUrl(), { CAPTURE: capture });
    }, 60_000);
    afterAll(() => service?.stop());
    beforeEach(async () => {
      service.provider.reset();
      service.clock.ahead = 0;
      await service.database.execute('DELETE FROM provider_cursors');
      service.neighbours.beforeAnswer = () => undefined;
    });

    const begin = async (order = service.order(), key?: string) => {
      const { body, status } = await service.call<Body>(ADA, 'POST', `/orders/${order.order_id}/payments`, {
        body: { method: 'card' },
        headers: key === undefined ? {} : { 'idempotency-key': key },
      });
      return { order, status, id: Number(body['payment_id']), ref: String(body['provider_ref']) };
    };
    const paid = async () => {
      const begun = await begin();
      service.provider.pay(begun.ref);
      await service.app.get(PaymentSync).sync(begun.id);
      return begun;
    };
    const become = (order: TestOrder, status: string) => {
      const unpayable = status === 'cancelled' ? 'cancelled' : 'already-paid';
      Object.assign(order, { status, unpayable, amount_due: '0.00' });
      if (status === 'paid' && Number(order.amount_paid) === 0) order.amount_paid = order.order_total;
      if (status === 'shipped') order.fulfilment_status = 'shipped';
    };
    const tell = (order: TestOrder) => service.deliver(`order.${order.status as 'paid'}`, eventOf(order));
    const tellPart = (order: TestOrder, type: keyof typeof ABOUT_PARTS, to = service) =>
      to.deliver(type, ABOUT_PARTS[type](order));
    /** An order that is paid, and of which this much is credited. */
    const credited = async (amount_credited: string) => {
      const begun = await paid();
      become(begun.order, 'paid');
      // Nothing is due from here on until somebody tells.
      await check();
      return { ...begun, order: Object.assign(begun.order, { amount_credited }) };
    };
    const goodwill = (id: number, amount: string) =>
      service.call(STAFF, 'POST', `/payments/${id}/refunds`, { body: { amount, reason: 'other' } });
    /** Oldest first. */
    const refundsOf = (id: number) =>
      service.database.query<{ origin: string; reason: string; status: string; amount: unknown }>(
        'SELECT origin, reason, status, amount FROM refunds WHERE payment_id = ? ORDER BY refund_id',
        [id],
      );
    const read = async (id: number) => (await service.call<Body>(STAFF, 'GET', `/payments/${id}`)).body;
    const ofOrder = async ({ order_id }: TestOrder) => {
      const { body } = await service.call<{ payments: Body[] }>(
        STAFF,
        'GET',
        `/orders/${order_id}/payments?sort=created_at`,
      );
      return body.payments;
    };
    const check = async (ahead = 0) => {
      service.clock.advance(ahead);
      const sweeper = service.app.get(PaymentChecksSweeper);
      // An order's event has woken it, perhaps: what it has taken is due to nobody else until it is done.
      await sweeper.rest();
      return sweeper.sweep();
    };
    const reconcile = (ahead = 301_000) => {
      service.clock.advance(ahead);
      return service.app.get(ReconciliationSweeper).sweep();
    };

    if (capture === 'on_shipment') {
      it('a shipped order takes the money that was promised', async () => {
        const { order, id } = await paid();
        become(order, 'paid');
        await tell(order);
        become(order, 'shipped');
        await tell(order);
        await eventually(async () => expect(await read(id)).toMatchObject({ status: 'captured' }));
      });

      it('the first parcel takes all that was promised, and then what is credited goes back', async () => {
        const { order, id, ref } = await credited('5.00');
        await tellPart(order, 'order.partially-cancelled');
        await check();
        expect(await read(id)).toMatchObject({ status: 'authorized', refunded_amount: '0.00' });
        order.fulfilment_status = 'partially_shipped';
        await tellPart(order, 'shipment.shipped');
        await eventually(async () => {
          await check();
          const amounts = { captured_amount: '12.00', refunded_amount: '5.00' };
          expect(await read(id)).toMatchObject({ status: 'captured', ...amounts });
        });
        expect(service.provider.get(ref).refunds.map(({ amount }) => amount)).toEqual([500]);
      });

      it.each([
        ['paid', 'captured'],
        ['cancelled', 'cancelled'],
      ])('(6) of an order that is %s it is %s 24 h before the bank releases it', async (status, then) => {
        const { order, id } = await paid();
        become(order, status);
        await service.database.execute('UPDATE payments SET next_check_at = ? WHERE payment_id = ?', [
          new Date(service.clock.now().getTime() + 6 * 24 * HOUR),
          id,
        ]);
        await check(5 * 24 * HOUR);
        expect(await read(id)).toMatchObject({ status: 'authorized' });
        await check(24 * HOUR + 60_000);
        expect(await read(id)).toMatchObject({ status: then });
      });

      it('an order that was paid by a promise gets no entry by hand, though the promise has ended', async () => {
        const { order, id } = await paid();
        become(order, 'paid');
        await service.call(STAFF, 'POST', `/payments/${id}/cancel`, { body: {} });
        await service.app.get(OrderEventsService).paid(eventOf(order, 'authorized'));
        expect(await ofOrder(order)).toMatchObject([{ payment_id: id, status: 'cancelled' }]);
      });

      it('a cancelled order releases what was promised', async () => {
        const { order, id } = await paid();
        become(order, 'cancelled');
        await tell(order);
        await eventually(async () => expect(await read(id)).toMatchObject({ status: 'cancelled' }));
      });
      return;
    }

    describe('(4) late money', () => {
      it('a cancelled order gives everything back', async () => {
        const { order, id } = await paid();
        become(order, 'cancelled');
        await Promise.all([tell(order), tell(order), tell(order)]);
        await eventually(async () => expect(await read(id)).toMatchObject({ refunded_amount: '12.00' }));
        expect((await service.events(id)).map(({ event_type }) => event_type)).toEqual([
          'payment.captured',
          'payment.refunded',
        ]);
      });

      it('money that comes after the order was cancelled goes back', async () => {
        const { order, id, ref } = await begin();
        become(order, 'cancelled');
        service.provider.pay(ref);
        await service.webhook(service.provider.log.at(-1) ?? service.provider.tell('x', ref));
        await eventually(async () => {
          await check();
          expect(await read(id)).toMatchObject({ status: 'captured', refunded_amount: '12.00' });
        });
      });

      it('a cancelled order ends the open payment, at the provider, too', async () => {
        const { order, id, ref } = await begin();
        become(order, 'cancelled');
        await tell(order);
        await eventually(async () => expect(await read(id)).toMatchObject({ status: 'cancelled' }));
        expect(service.provider.get(ref).status).toBe('cancelled');
      });

      it('an order that staff made paid gets an entry by hand, and its open payment ends', async () => {
        const { order, id } = await begin();
        become(order, 'paid');
        await tell(order);
        await tell(order);
        await eventually(async () => expect(await read(id)).toMatchObject({ status: 'cancelled' }));
        const payments = await ofOrder(order);
        expect(payments).toMatchObject([
          { payment_id: id },
          { method: 'manual', status: 'captured', captured_amount: '12.00' },
        ]);
      });

      it('was the open payment captured meanwhile, its surplus goes back, and the money by hand stays', async () => {
        const { order, id, ref } = await begin();
        become(order, 'paid');
        service.provider.before = away('cancel');
        await tell(order);
        await eventually(async () => expect(await ofOrder(order)).toHaveLength(2));
        service.provider.pay(ref);
        service.provider.before = () => undefined;
        await eventually(async () => {
          await check(61_000);
          expect(await read(id)).toMatchObject({ status: 'captured', refunded_amount: '12.00' });
        });
        expect((await ofOrder(order))[1]).toMatchObject({ method: 'manual', refunded_amount: '0.00' });
      });

      it('an order paid by its own payment gets no entry by hand', async () => {
        const { order } = await paid();
        become(order, 'paid');
        await tell(order);
        await check(1_000);
        expect(await ofOrder(order)).toHaveLength(1);
      });

      it('money of a cancelled order that a won dispute brings back goes back', async () => {
        const { order, id, ref } = await paid();
        const dispute = service.provider.dispute(ref, 1_200);
        await service.app.get(PaymentSync).sync(id);
        become(order, 'cancelled');
        await tell(order);
        await check();
        expect(await read(id)).toMatchObject({ disputed_amount: '12.00', refunded_amount: '0.00' });
        service.provider.endDispute(ref, dispute, 'won');
        await service.app.get(PaymentSync).sync(id);
        await check();
        expect(await read(id)).toMatchObject({ disputed_amount: '0.00', refunded_amount: '12.00' });
      });

      it('what others left of its money goes back', async () => {
        const { order, id, ref } = await paid();
        become(order, 'cancelled');
        service.provider.before = (call) => {
          if (call !== 'refund' || service.provider.get(ref).refunds.length > 0) return;
          service.provider.giveBack(ref, 500);
        };
        await tell(order);
        await eventually(async () => {
          await check();
          expect(await read(id)).toMatchObject({ refunded_amount: '12.00' });
        });
        service.provider.before = () => undefined;
      });

      it('a refund that the provider never had is made after a day', async () => {
        const { order, id } = await paid();
        become(order, 'cancelled');
        service.provider.before = away('refund');
        await tell(order);
        const sql = 'SELECT status FROM refunds WHERE payment_id = ?';
        const refunds = () => service.database.query<{ status: string }>(sql, [id]);
        await eventually(async () => expect(await refunds()).toMatchObject([{ status: 'submitted' }]));
        service.provider.before = () => undefined;
        service.clock.advance(24 * HOUR);
        await eventually(async () => {
          await service.app.get(RefundsSweeper).sweep();
          await check();
          expect(await refunds()).toMatchObject([{ status: 'failed' }, { status: 'succeeded' }]);
        });
        expect(await read(id)).toMatchObject({ refunded_amount: '12.00' });
      });

      it('several processes at once give back once', async () => {
        const { order, id, ref } = await paid();
        become(order, 'cancelled');
        await Promise.all(Array.from({ length: 10 }, () => service.app.get(OrderSettlement).settle(order.order_id)));
        expect(await read(id)).toMatchObject({ refunded_amount: '12.00' });
        expect(service.provider.get(ref).refunds).toHaveLength(1);
      });
    });

    describe('credits', () => {
      it('go back once, though three processes are told three times at once', async () => {
        const { order, id, ref } = await credited('5.00');
        const more = () => PaymentsService.start(databaseUrl(), {}, { provider: service.provider });
        const others = await Promise.all([more(), more()]);
        try {
          const all = [service, ...others];
          for (const each of all) each.neighbours.orders.set(order.order_id, order);
          const thrice = all.flatMap((each) => [each, each, each]);
          await Promise.all(thrice.map((each) => each.app.get(OrderSettlement).settle(order.order_id)));
          await Promise.all(thrice.map((each) => tellPart(order, 'order.partially-cancelled', each)));
          await check();
          expect(await read(id)).toMatchObject({ refunded_amount: '5.00' });
        } finally {
          await Promise.all(others.map((each) => each.stop()));
        }
        expect(await refundsOf(id)).toMatchObject([{ origin: 'order', reason: 'other', status: 'succeeded' }]);
        expect(service.provider.get(ref).refunds.map(({ amount }) => amount)).toEqual([500]);
      }, 90_000);

      it('that grow give back the rest, whoever tells of it', async () => {
        const { order, id, ref } = await credited('5.00');
        await tellPart(order, 'order.partially-cancelled');
        await eventually(async () => expect(await read(id)).toMatchObject({ refunded_amount: '5.00' }));
        become(order, 'shipped');
        order.amount_credited = '8.00';
        await tellPart(order, 'return.settled');
        await eventually(async () => expect(await read(id)).toMatchObject({ refunded_amount: '8.00' }));
        expect(service.provider.get(ref).refunds.map(({ amount }) => amount)).toEqual([500, 300]);
        expect((await refundsOf(id)).map(({ reason }) => reason)).toEqual(['other', 'returned']);
      });

      it('are not lessened by a favour, of staff or at the provider', async () => {
        const { order, id, ref } = await credited('5.00');
        await goodwill(id, '4.00');
        service.provider.giveBack(ref, 100);
        await service.app.get(PaymentSync).sync(id);
        await tellPart(order, 'return.settled');
        await eventually(async () => expect(await read(id)).toMatchObject({ refunded_amount: '10.00' }));
        expect((await refundsOf(id)).map(({ origin }) => origin)).toEqual(['staff', 'provider', 'order']);
      });

      it('never give back more than is left', async () => {
        const { order, id, ref } = await credited('5.00');
        await goodwill(id, '9.00');
        await tellPart(order, 'return.settled');
        await eventually(async () => expect(await read(id)).toMatchObject({ refunded_amount: '12.00' }));
        expect(service.provider.get(ref).refunds.map(({ amount }) => amount)).toEqual([900, 300]);
      });

      it('that the provider refuses are left to staff, and tried when the order is heard of again', async () => {
        const { order, id } = await credited('5.00');
        service.provider.before = (call) => {
          if (call === 'refund') throw providerRefused('charge_disputed');
        };
        await tellPart(order, 'return.settled');
        await eventually(async () => expect(await refundsOf(id)).toMatchObject([{ status: 'failed' }]));
        // Not before the check has ended: it would be made again once its time is over.
        const sql = 'SELECT next_check_at AS at FROM payments WHERE payment_id = ?';
        await eventually(async () => expect(await service.database.query(sql, [id])).toMatchObject([{ at: null }]));
        service.provider.before = () => undefined;
        await check(61_000);
        expect(await read(id)).toMatchObject({ refunded_amount: '0.00', refundable_amount: '12.00' });
        await tellPart(order, 'return.settled');
        await eventually(async () => expect(await read(id)).toMatchObject({ refunded_amount: '5.00' }));
        expect((await refundsOf(id)).map(({ status }) => status)).toEqual(['failed', 'succeeded']);
      });

      it('that the provider never had are given back after a day', async () => {
        const { order, id } = await credited('5.00');
        service.provider.before = away('refund');
        await tellPart(order, 'return.settled');
        await eventually(async () => expect(await refundsOf(id)).toMatchObject([{ status: 'submitted' }]));
        service.provider.before = () => undefined;
        service.clock.advance(24 * HOUR);
        await eventually(async () => {
          await service.app.get(RefundsSweeper).sweep();
          await check();
          expect((await refundsOf(id)).map(({ status }) => status)).toEqual(['failed', 'succeeded']);
        });
        expect(await read(id)).toMatchObject({ refunded_amount: '5.00' });
      });

      it('are not asked for: whoever pays later pays less, by hand, too', async () => {
        const order = service.order({ amount_credited: '5.00', amount_due: '7.00' });
        const { id, ref } = await begin(order);
        expect(service.provider.get(ref)).toMatchObject({ amount: 700 });
        order.amount_paid = '7.00';
        become(order, 'paid');
        await tell(order);
        await eventually(async () => expect(await read(id)).toMatchObject({ status: 'cancelled' }));
        expect(await ofOrder(order)).toMatchObject([
          { payment_id: id },
          { method: 'manual', captured_amount: '7.00', refunded_amount: '0.00' },
        ]);
      });
    });

    describe('(5) without any event', () => {
      it('everything is right after one reconciliation, also what happened only at the provider', async () => {
        const [first, second, third] = [await begin(), await paid(), await paid()];
        await reconcile();
        service.provider.pay(first.ref);
        service.provider.giveBack(second.ref, 500);
        service.provider.dispute(third.ref, 1_200);
        for (const event of service.provider.log) event.created_at = service.clock.now().toISOString();
        expect(await reconcile()).toBeGreaterThan(0);
        await eventually(async () => {
          expect(await read(first.id)).toMatchObject({ status: 'captured' });
          expect(await read(second.id)).toMatchObject({ refunded_amount: '5.00' });
          expect(await read(third.id)).toMatchObject({ disputed_amount: '12.00' });
        });
      });

      it('one of several processes asks, at most every interval', async () => {
        await reconcile();
        const before = service.provider.count('events');
        await Promise.all(Array.from({ length: 5 }, () => reconcile(0)));
        expect(service.provider.count('events')).toBe(before);
        await Promise.all([reconcile(), reconcile(0), reconcile(0)]);
        expect(service.provider.count('events')).toBe(before + 1);
      });

      it('an absence is caught up with in windows, and nothing is skipped while the provider is away', async () => {
        await reconcile();
        const { id, ref } = await begin();
        service.clock.advance(5 * HOUR);
        service.provider.pay(ref);
        for (const event of service.provider.log) event.created_at = service.clock.now().toISOString();
        service.provider.before = away();
        service.clock.advance(5 * HOUR);
        await expect(reconcile()).rejects.toMatchObject({ code: 'payment-provider-unavailable' });
        service.provider.before = () => undefined;
        await reconcile();
        await eventually(async () => expect(await read(id)).toMatchObject({ status: 'captured' }));
      });

      it('an unfinished payment is asked about after two minutes: the buyer may be gone', async () => {
        const { id, ref } = await begin();
        service.provider.pay(ref);
        await check(110_000);
        expect(await read(id)).toMatchObject({ status: 'created' });
        await check(15_000);
        expect(await read(id)).toMatchObject({ status: 'captured' });
      });

      it('an attempt whose answer was lost is found, under the same key', async () => {
        const order = service.order();
        service.provider.after = away('create');
        expect((await begin(order)).status).toBe(503);
        service.provider.after = () => undefined;
        await eventually(async () => {
          await check(125_000);
          const [payment] = await ofOrder(order);
          expect(payment).toMatchObject({ status: 'created', provider_ref: expect.stringContaining('pi_') });
        });
        expect(service.provider.intents.size).toBe(1);
      });

      it('an attempt that was cancelled while its answer was lost ends at the provider, too', async () => {
        const order = service.order();
        service.provider.after = away('create');
        await begin(order);
        const [payment] = await ofOrder(order);
        await service.call(ADA, 'POST', `/payments/${Number(payment?.['payment_id'])}/cancel`, { body: {} });
        service.provider.after = () => undefined;
        await eventually(async () => {
          await check(61_000);
          expect([...service.provider.intents.values()].map(({ status }) => status)).toEqual(['cancelled']);
        });
      });

      it('an attempt that the provider never had ends after a day', async () => {
        const order = service.order();
        service.provider.before = away('create');
        await begin(order);
        service.provider.before = () => undefined;
        await check(24 * HOUR);
        expect(await ofOrder(order)).toMatchObject([{ status: 'cancelled', failure: { code: 'no-answer' } }]);
        expect(service.provider.intents.size).toBe(0);
        expect((await begin(order)).status).toBe(201);
      });

      it('a check that fails is made again', async () => {
        const { id, ref } = await begin();
        service.provider.pay(ref);
        service.provider.before = away();
        await check(125_000);
        service.provider.before = () => undefined;
        await check(61_000);
        expect(await read(id)).toMatchObject({ status: 'captured' });
      });
    });

    it('an erased customer leaves amounts and refs, and nothing personal', async () => {
      const { id } = await paid();
      await service.deliver('user.deleted', { user_id: 1 });
      await eventually(async () => {
        const [row] = await service.database.query('SELECT * FROM payments WHERE payment_id = ?', [id]);
        expect(row).toMatchObject({ customer_email: '', customer_name: null, amount: expect.anything() });
      });
    });
  });
}
