import type { OrderStatus } from '../payments/orders.client.js';
import { Payment } from '../payments/payment.entity.js';
import { lateMoney, releaseOf } from './late-money.js';

const NOW = new Date('2026-12-01T12:00:00Z');
const hours = (n: number) => new Date(NOW.getTime() + n * 3_600_000);

const payment = (paymentId: number, more: Partial<Payment>): Payment =>
  Object.assign(new Payment(), {
    paymentId,
    provider: 'stripe',
    amount: 100,
    authorizedAmount: 0,
    capturedAmount: 0,
    refundedAmount: 0,
    refundingAmount: 0,
    disputedAmount: 0,
    mismatch: false,
    captureBefore: null,
    ...more,
  });
const open = (id = 1) => payment(id, { status: 'requires_action' });
const authorized = (id = 1, more: Partial<Payment> = {}) =>
  payment(id, { status: 'authorized', authorizedAmount: 100, captureBefore: hours(100), ...more });
const captured = (id = 1, more: Partial<Payment> = {}) =>
  payment(id, { status: 'captured', authorizedAmount: 100, capturedAmount: 100, ...more });
const byHand = (id = 1) => captured(id, { provider: 'manual' });
const cancelled = (id = 1) => payment(id, { status: 'cancelled' });

type Row = [name: string, status: OrderStatus, payments: Payment[], steps: string[]];

/** One row per case: what the order is, what its payments are, what is done. */
const ROWS: Row[] = [
  // The order waits for its money.
  ['nothing while the customer pays', 'pending', [open()], []],
  ['nothing when the money has come, until the order says so', 'pending', [captured()], []],
  ['nothing while money is promised', 'pending', [authorized()], []],
  ['a rest goes on being asked for', 'pending', [captured(1, { capturedAmount: 60 }), open(2)], []],
  // The order is cancelled: refund all.
  ['an attempt ends', 'cancelled', [open()], ['cancel 1']],
  ['a promise is released', 'cancelled', [authorized()], ['cancel 1']],
  ['money goes back', 'cancelled', [captured()], ['refund 1 all']],
  ['what is left goes back', 'cancelled', [captured(1, { refundedAmount: 40 })], ['refund 1 all']],
  ['what is under way is not sent twice', 'cancelled', [captured(1, { refundingAmount: 100 })], []],
  ['what the bank took back is not sent', 'cancelled', [captured(1, { disputedAmount: 100 })], []],
  [
    'a wrong amount goes back, too',
    'cancelled',
    [captured(1, { capturedAmount: 99, mismatch: true })],
    ['refund 1 all'],
  ],
  ['money by hand goes back', 'cancelled', [byHand()], ['refund 1 all']],
  ['of all payments', 'cancelled', [captured(1), open(2), cancelled(3)], ['refund 1 all', 'cancel 2']],
  // The order is paid: refund the surplus.
  ['its own payment stays', 'paid', [captured()], []],
  ['a second one goes back', 'paid', [captured(1), captured(2)], ['refund 2 100']],
  ['beside money by hand the card goes back', 'paid', [captured(1), byHand(2)], ['refund 1 100']],
  ['beside money by hand an attempt ends', 'paid', [open(1), byHand(2)], ['cancel 1']],
  ['beside money by hand a promise is released', 'paid', [authorized(1), byHand(2)], ['cancel 1']],
  ['beside captured money a promise is released', 'paid', [authorized(1), captured(2)], ['cancel 1']],
  ['an attempt that nobody needs ends', 'paid', [captured(1), open(2)], ['cancel 2']],
  ['a part that is too much goes back', 'paid', [captured(1, { capturedAmount: 60 }), captured(2)], ['refund 2 60']],
  ['what went back is not sent again', 'paid', [captured(1), captured(2, { refundedAmount: 100 })], []],
  ['later refunds make nothing surplus', 'completed', [captured(1, { refundedAmount: 30 })], []],
  ['a promise that pays it waits for the shipment', 'paid', [authorized()], []],
  // Another amount or currency pays nothing, and staff decide.
  ['a wrong amount is left to staff', 'paid', [captured(1, { capturedAmount: 101, mismatch: true }), captured(2)], []],
  ['a wrong promise is left to the bank', 'shipped', [authorized(1, { authorizedAmount: 99, mismatch: true })], []],
  // Promised money is captured in time.
  ['a shipped order takes it', 'shipped', [authorized()], ['capture 1']],
  ['a completed one takes it late', 'completed', [authorized()], ['capture 1']],
  ['a day before the bank releases it', 'paid', [authorized(1, { captureBefore: hours(23) })], ['capture 1']],
  ['not earlier', 'paid', [authorized(1, { captureBefore: hours(25) })], []],
  ['nor for a cancelled order', 'cancelled', [authorized(1, { captureBefore: hours(23) })], ['cancel 1']],
];

describe('(4) late money', () => {
  it.each(ROWS)('%s', (_, status, payments, steps) => {
    const taken = lateMoney({ status, total: 100 }, payments, NOW).map((step) =>
      [step.do, step.payment.paymentId, ...(step.do === 'refund' ? [step.surplus ?? 'all'] : [])].join(' '),
    );
    expect(taken).toEqual(steps);
  });

  it('the order in which payments are read does not matter', () => {
    for (const [, status, payments, steps] of ROWS) {
      const reversed = lateMoney({ status, total: 100 }, [...payments].reverse(), NOW);
      expect(reversed).toHaveLength(steps.length);
    }
  });

  it('an authorisation without an end is never captured for its age', () => {
    expect(releaseOf(null)).toBeNull();
    expect(lateMoney({ status: 'paid', total: 100 }, [authorized(1, { captureBefore: null })], NOW)).toEqual([]);
  });
});
