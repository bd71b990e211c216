import type { FulfilmentStatus, OrderStatus } from '../payments/orders.client.js';
import { Payment } from '../payments/payment.entity.js';
import { isPending, type RefundReason } from '../payments/refund-status.js';
import { Refund } from '../payments/refund.entity.js';
import { lateMoney, releaseOf } from './late-money.js';
import { stillOwed } from './owed-back.js';

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

const refund = (paymentId: number, origin: Refund['origin'], amount: number, more: Partial<Refund> = {}): Refund =>
  Object.assign(new Refund(), { paymentId, origin, amount, reason: 'other', status: 'succeeded', ...more });
/** By the platform. */
const gaveBack = (paymentId: number, amount: number, reason: RefundReason, status: Refund['status'] = 'succeeded') =>
  refund(paymentId, 'order', amount, { reason, status });
const byStaff = (paymentId: number, amount: number) => refund(paymentId, 'staff', amount);
const atProvider = (paymentId: number, amount: number) => refund(paymentId, 'provider', amount);

/** Payments with what has gone back of them. */
interface Money {
  payments: Payment[];
  refunds: Refund[];
}

const withRefunds = (payments: Payment[], refunds: Refund[]): Money => {
  for (const row of payments) {
    const sum = (is: (status: Refund['status']) => boolean) =>
      refunds
        .filter(({ paymentId, status }) => paymentId === row.paymentId && is(status))
        .reduce((total, { amount }) => total + amount, 0);
    row.refundedAmount = sum((status) => status === 'succeeded');
    row.refundingAmount = sum(isPending);
  }
  return { payments, refunds };
};

interface OrderRow {
  status: OrderStatus;
  /** Of its total, which is 100. */
  credited?: number;
  fulfilment?: FulfilmentStatus;
}

const FULFILMENT: Record<OrderStatus, FulfilmentStatus> = {
  pending: 'unfulfilled',
  paid: 'unfulfilled',
  shipped: 'shipped',
  completed: 'delivered',
  cancelled: 'unfulfilled',
};

const orderOf = (row: OrderRow | OrderStatus) => {
  const order: OrderRow = typeof row === 'string' ? { status: row } : row;
  const { status, credited = 0 } = order;
  return { status, fulfilment_status: order.fulfilment ?? FULFILMENT[status], total: 100, credited };
};

/** A refund as its payment, what goes back, and why unless it was paid twice. */
const stepsOf = (order: OrderRow | OrderStatus, { payments, refunds }: Money) =>
  lateMoney(orderOf(order), { payments, refunds }, NOW).map((step) => {
    const { paymentId } = step.payment;
    if (step.do !== 'refund') return `${step.do} ${paymentId}`;
    const { reason, amount } = step.owed;
    if (amount === Infinity) return `refund ${paymentId} all`;
    const ofPayment = refunds.filter((each) => each.paymentId === paymentId);
    const owed = stillOwed(step.payment, ofPayment, step.owed);
    return `refund ${paymentId} ${owed}${reason === 'duplicate' ? '' : ` ${reason}`}`;
  });

type Row = [name: string, order: OrderRow | OrderStatus, money: Payment[] | Money, steps: string[]];

const moneyOf = (money: Row[2]): Money => (Array.isArray(money) ? { payments: money, refunds: [] } : money);
const PAID = (credited: number) => ({ status: 'paid', credited }) as const;

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
  ['what is left goes back', 'cancelled', withRefunds([captured()], [byStaff(1, 40)]), ['refund 1 all']],
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
  [
    'what went back is not sent again',
    'paid',
    withRefunds([captured(1), captured(2)], [gaveBack(2, 100, 'duplicate')]),
    [],
  ],
  [
    'nor what others gave back of it',
    'paid',
    withRefunds([captured(1, { capturedAmount: 60 }), captured(2)], [byStaff(2, 30), atProvider(2, 10)]),
    ['refund 2 20'],
  ],
  [
    'what is under way is not sent again',
    'paid',
    withRefunds([captured(1), captured(2)], [gaveBack(2, 100, 'duplicate', 'submitted')]),
    [],
  ],
  ['later refunds make nothing surplus', 'completed', withRefunds([captured()], [byStaff(1, 30)]), []],
  ['a promise that pays it waits for the shipment', 'paid', [authorized()], []],
  // Another amount or currency pays nothing, and staff decide.
  ['a wrong amount is left to staff', 'paid', [captured(1, { capturedAmount: 101, mismatch: true }), captured(2)], []],
  ['a wrong promise is left to the bank', 'shipped', [authorized(1, { authorizedAmount: 99, mismatch: true })], []],
  // Parts of it are credited: refund those.
  ['a credit goes back', PAID(5), [captured()], ['refund 1 5 other']],
  ['of what has left it is a return', { status: 'completed', credited: 5 }, [captured()], ['refund 1 5 returned']],
  ['a credit goes back once', PAID(5), withRefunds([captured()], [gaveBack(1, 5, 'other')]), []],
  ['also while it is under way', PAID(5), withRefunds([captured()], [gaveBack(1, 5, 'other', 'submitted')]), []],
  ['a credit that grows', PAID(8), withRefunds([captured()], [gaveBack(1, 5, 'other')]), ['refund 1 3 other']],
  [
    'also for another reason',
    { status: 'shipped', credited: 8 },
    withRefunds([captured()], [gaveBack(1, 5, 'other')]),
    ['refund 1 3 returned'],
  ],
  ['a late answer takes nothing back', PAID(5), withRefunds([captured()], [gaveBack(1, 8, 'other')]), []],
  [
    'a credit whose refund failed is owed',
    PAID(5),
    withRefunds([captured()], [gaveBack(1, 5, 'other', 'failed')]),
    ['refund 1 5 other'],
  ],
  ['a favour lessens no credit', PAID(5), withRefunds([captured()], [byStaff(1, 4)]), ['refund 1 5 other']],
  ['nor does one at the provider', PAID(5), withRefunds([captured()], [atProvider(1, 4)]), ['refund 1 5 other']],
  ['nor one after it', PAID(5), withRefunds([captured()], [gaveBack(1, 5, 'other'), byStaff(1, 4)]), []],
  ['no more than is left', PAID(30), withRefunds([captured()], [byStaff(1, 90)]), ['refund 1 10 other']],
  ['nor more than was captured', PAID(130), [captured()], ['refund 1 100 other']],
  ['what the bank took back is not sent', PAID(30), [captured(1, { disputedAmount: 100 })], []],
  ['only the rest of it', PAID(30), [captured(1, { disputedAmount: 80 })], ['refund 1 20 other']],
  ['a credit of money by hand goes back', PAID(5), [byHand()], ['refund 1 5 other']],
  ['beside money by hand first of the card', PAID(5), [captured(1), byHand(2)], ['refund 2 5 other', 'refund 1 100']],
  [
    'of two payments first of the newer one',
    PAID(50),
    [captured(1, { capturedAmount: 60 }), captured(2, { capturedAmount: 40 })],
    ['refund 1 10 other', 'refund 2 40 other'],
  ],
  [
    'what was paid twice and a credit',
    PAID(5),
    [captured(1, { capturedAmount: 60 }), captured(2)],
    ['refund 2 60', 'refund 2 5 other'],
  ],
  [
    'beside what staff gave back of it',
    PAID(5),
    withRefunds([captured(1, { capturedAmount: 60 }), captured(2)], [byStaff(2, 70)]),
    ['refund 2 5 other'],
  ],
  [
    'beside a favour after it had gone back',
    PAID(5),
    withRefunds([captured(1, { capturedAmount: 60 }), captured(2)], [gaveBack(2, 60, 'duplicate'), byStaff(2, 10)]),
    ['refund 2 5 other'],
  ],
  ['a wrong amount is left to staff, with credits too', PAID(5), [captured(1, { mismatch: true })], []],
  [
    'an order is cancelled after a credit',
    'cancelled',
    withRefunds([captured()], [gaveBack(1, 5, 'other')]),
    ['refund 1 all'],
  ],
  ['a credit before the money', { status: 'pending', credited: 20 }, [captured(1, { capturedAmount: 80 })], []],
  [
    'what is credited is not asked for',
    { status: 'pending', credited: 40 },
    [captured(1, { capturedAmount: 60 }), open(2)],
    ['cancel 2'],
  ],
  ['an attempt at more than it costs now', { status: 'pending', credited: 40 }, [captured()], ['refund 1 40 other']],
  // Promised money with credits.
  ['of a promise nothing goes back', PAID(5), [authorized()], []],
  [
    'it is captured in full',
    { status: 'paid', credited: 5, fulfilment: 'partially_shipped' },
    [authorized()],
    ['capture 1'],
  ],
  ['a promise of nothing but credits is released', { status: 'shipped', credited: 100 }, [authorized()], ['cancel 1']],
  // Promised money is captured in time.
  ['the first parcel takes it', { status: 'paid', fulfilment: 'partially_shipped' }, [authorized()], ['capture 1']],
  ['a shipped order takes it', 'shipped', [authorized()], ['capture 1']],
  ['a completed one takes it late', 'completed', [authorized()], ['capture 1']],
  ['a day before the bank releases it', 'paid', [authorized(1, { captureBefore: hours(23) })], ['capture 1']],
  ['not earlier', 'paid', [authorized(1, { captureBefore: hours(25) })], []],
  ['nor for a cancelled order', 'cancelled', [authorized(1, { captureBefore: hours(23) })], ['cancel 1']],
];

describe('(4) late money', () => {
  it.each(ROWS)('%s', (_, order, money, steps) => {
    expect(stepsOf(order, moneyOf(money))).toEqual(steps);
  });

  it('the order in which payments are read does not matter', () => {
    for (const [, order, money, steps] of ROWS) {
      const { payments, refunds } = moneyOf(money);
      const reversed = stepsOf(order, { payments: [...payments].reverse(), refunds: [...refunds].reverse() });
      expect([...reversed].sort()).toEqual([...steps].sort());
    }
  });

  it('an authorisation without an end is never captured for its age', () => {
    expect(releaseOf(null)).toBeNull();
    expect(stepsOf('paid', moneyOf([authorized(1, { captureBefore: null })]))).toEqual([]);
  });
});
