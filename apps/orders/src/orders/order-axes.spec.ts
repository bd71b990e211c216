import fc from 'fast-check';
import {
  dueOf,
  ORDER_FULFILMENT_STATUSES,
  type FulfilmentStatus,
  fulfilmentStatusOf,
  openPieces,
  ORDER_PAYMENT_STATUSES,
  type PaymentStatus,
  paymentStatusOf,
  type Pieces,
  STATUS_OF,
  statusOf,
} from './order-axes.js';

const NOW = new Date('2026-11-30T12:00:00Z');
const NEVER = null;

/** The status of every pair, repeated here so that a mistake in the table is found. `-`: there is no such order. */
const TABLE: Record<PaymentStatus, string> = {
  //                  unfulfilled partially_shipped shipped delivered partially_returned returned
  unpaid: '             pending     -                 -       -         -                  -',
  authorized: '         paid        paid              shipped completed completed          completed',
  partially_paid: '     pending     -                 -       -         -                  -',
  paid: '               paid        paid              shipped completed completed          completed',
  overpaid: '           paid        paid              shipped completed completed          completed',
  partially_refunded: ' paid        paid              shipped completed completed          completed',
  refunded: '           paid        paid              shipped completed completed          completed',
  disputed: '           paid        paid              shipped completed completed          completed',
};

describe('the status of an order', () => {
  it.each(
    ORDER_PAYMENT_STATUSES.flatMap((payment) =>
      TABLE[payment]
        .trim()
        .split(/ +/)
        .map((status, column) => [payment, ORDER_FULFILMENT_STATUSES[column] as FulfilmentStatus, status] as const),
    ),
  )('%s and %s: %s', (payment, fulfilment, status) => {
    expect(STATUS_OF[payment][fulfilment] ?? '-').toBe(status);
  });

  const line = (quantity: number, shipped = 0, cancelled = 0, returned = 0): Pieces => ({
    quantity,
    quantityPrepared: 0,
    quantityShipped: shipped,
    quantityCancelled: cancelled,
    quantityReturned: returned,
  });
  const nothing = { creditedTotal: 0, amountAuthorized: 0, amountRefunded: 0, amountDisputed: 0 };
  const paid = { ...nothing, orderTotal: 100, amountPaid: 100 };

  it.each([
    ['cancelled', { ...paid, amountPaid: 0 }, [line(2, 0, 2), line(1, 0, 1)]],
    ['cancelled', { ...paid, amountRefunded: 100 }, [line(2, 0, 2)]],
    ['pending', { ...paid, amountPaid: 99 }, [line(2, 0, 2), line(1)]],
    ['paid', { ...paid, amountPaid: 0, amountAuthorized: 100 }, [line(2)]],
    ['pending', { ...paid, amountPaid: 0, amountAuthorized: 99 }, [line(2)]],
    ['pending', { ...paid, amountPaid: 40, amountDisputed: 40 }, [line(2)]],
    ['paid', paid, [line(2, 0, 2), line(1)]],
    ['paid', { ...paid, amountRefunded: 100 }, [line(2, 1)]],
    ['shipped', paid, [line(2, 0, 2), line(3, 1, 2)]],
  ] as const)('is %s for %j with %j', (status, money, lines) => {
    expect(statusOf({ ...money, lines, deliveredAt: NEVER })).toBe(status);
  });

  it('is none for goods that left before the money was secured', () => {
    const facts = { ...paid, amountPaid: 99, lines: [line(2, 1)], deliveredAt: NEVER };
    expect(() => statusOf(facts)).toThrow('An order cannot be partially_paid and partially_shipped.');
  });

  it.each([
    ['unfulfilled', [line(2), line(1)], NEVER],
    ['unfulfilled', [line(2, 0, 2)], NEVER],
    ['partially_shipped', [line(2, 1)], NEVER],
    ['partially_shipped', [line(2, 2), line(1)], NOW],
    ['shipped', [line(2, 2), line(1, 0, 1)], NEVER],
    ['delivered', [line(2, 2), line(1, 0, 1)], NOW],
    ['partially_returned', [line(2, 2, 0, 1)], NEVER],
    ['partially_returned', [line(2, 2, 0, 2), line(1, 1)], NOW],
    ['returned', [line(2, 2, 0, 2), line(1, 0, 1)], NOW],
    ['partially_shipped', [line(2, 1, 0, 1)], NEVER],
  ] as const)('%s: %j, delivered %p', (status, lines, deliveredAt) => {
    expect(fulfilmentStatusOf({ lines, deliveredAt })).toBe(status);
  });

  it.each([
    ['unpaid', 0, 0, 100],
    ['unpaid', 40, 40, 100],
    ['partially_paid', 40, 0, 60],
    ['partially_paid', 40, 30, 90],
    ['paid', 100, 0, 0],
    ['overpaid', 130, 0, 0],
    ['overpaid', 130, 29, 0],
    ['paid', 130, 30, 0],
    ['partially_refunded', 100, 1, 0],
    ['partially_refunded', 130, 31, 0],
    ['refunded', 100, 100, 0],
    ['refunded', 130, 130, 0],
  ] as const)('%s: %i paid and %i refunded of 100, %i due', (status, amountPaid, amountRefunded, due) => {
    const money = { ...nothing, orderTotal: 100, amountPaid, amountRefunded };
    expect([paymentStatusOf(money), dueOf(money)]).toEqual([status, due]);
  });

  it.each([
    ['unpaid', 0, 99, 0, 100],
    ['authorized', 0, 100, 0, 0],
    ['authorized', 40, 60, 0, 0],
    ['paid', 100, 100, 0, 0],
    ['disputed', 100, 0, 1, 0],
    ['partially_paid', 40, 0, 40, 60],
  ] as const)(
    '%s: %i paid, %i authorized and %i disputed of 100, %i due',
    (status, amountPaid, authorized, disputed, due) => {
      const money = { ...paid, amountPaid, amountAuthorized: authorized, amountDisputed: disputed };
      expect([paymentStatusOf(money), dueOf(money)]).toEqual([status, due]);
    },
  );

  it.each([
    ['unpaid', 0, 0, 70],
    ['partially_paid', 69, 0, 1],
    ['paid', 70, 0, 0],
    ['overpaid', 100, 0, 0],
    ['overpaid', 100, 29, 0],
    ['partially_refunded', 100, 30, 0],
    ['partially_refunded', 100, 99, 0],
    ['refunded', 100, 100, 0],
  ] as const)(
    '%s: %i paid and %i refunded of 100, of which 30 are credited, %i due',
    (status, amountPaid, amountRefunded, due) => {
      const money = { ...nothing, orderTotal: 100, creditedTotal: 30, amountPaid, amountRefunded };
      expect([paymentStatusOf(money), dueOf(money)]).toEqual([status, due]);
    },
  );

  it('is paid for an order that costs nothing', () => {
    expect(paymentStatusOf({ ...nothing, orderTotal: 0, amountPaid: 0 })).toBe('paid');
  });

  it('never becomes pending again, and nothing is due any more, whatever is refunded or returned', () => {
    const pieces = fc
      .tuple(fc.integer({ min: 1, max: 5 }), fc.nat(5), fc.nat(5), fc.nat(5))
      .map(([n, a, b, c]) => line(n, Math.min(a, n), Math.min(b, n - Math.min(a, n)), Math.min(c, a, n)));
    const facts = fc.record({
      orderTotal: fc.nat(200),
      amountPaid: fc.nat(400),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      lines: fc.array(pieces, { minLength: 1, maxLength: 4 }),
      deliveredAt: fc.constantFrom(NEVER, NOW),
    });
    fc.assert(
      fc.property(facts, ({ share, ...rest }) => {
        const amountPaid = rest.orderTotal + rest.amountPaid;
        const secured = { ...nothing, ...rest, amountPaid, amountRefunded: Math.floor(amountPaid * share) };
        expect([statusOf(secured) === 'pending', dueOf(secured)]).toEqual([false, 0]);
        expect(secured.lines.every((each) => openPieces(each) >= 0)).toBe(true);
        const due = dueOf({ ...secured, amountPaid: rest.amountPaid, amountRefunded: 0 });
        expect(due).toBe(Math.max(0, rest.orderTotal - rest.amountPaid));
      }),
    );
  });
});
