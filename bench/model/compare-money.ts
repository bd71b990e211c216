import assert from 'node:assert/strict';
import { OrderPayment } from '../../apps/orders/src/payments/order-payment.entity.js';
import { PaymentEntry } from '../../apps/payments/src/payments/payment-entry.entity.js';
import type { Payment } from '../../apps/payments/src/payments/payment.entity.js';
import { Refund } from '../../apps/payments/src/payments/refund.entity.js';
import { type Booked, sum } from './bank.js';
import type { Model, Placed } from './model.js';
import type { World } from './world.js';

const BY_HAND = 'manual';

interface Books {
  /** Ours. */
  payments: Payment[];
  refunds: Refund[];
  entries: PaymentEntry[];
  /** What orders knows. */
  known: OrderPayment[];
  /** The provider's. */
  theirs: Booked[];
}

/** Once nothing is left to do: the provider's books are ours, orders knows them, and each order has the money it needs. */
export async function compareMoney(model: Model, world: World): Promise<void> {
  const { database, bank } = world.money;
  const books: Books = {
    payments: await world.payments(),
    refunds: await database.repository(Refund).find(),
    entries: await database.repository(PaymentEntry).find(),
    known: await world.orders.database.repository(OrderPayment).find(),
    theirs: await bank.books(),
  };
  compareBooks(books);
  for (const refundRef of model.refunds) {
    const refund = books.refunds.find((each) => each.refundRef === refundRef);
    assert.ok(refund, `the refund ${refundRef} that staff were promised`);
  }
  for (const each of model.orders) compareOrder(each, books);
}

/** Every payment to the cent, and no movement of the provider's that is not ours. */
function compareBooks({ payments, refunds, entries, known, theirs }: Books): void {
  const ours = payments.filter(({ provider }) => provider !== BY_HAND);
  const isKnown = (ref: string) => ours.some(({ providerRef }) => providerRef === ref);
  assert.deepEqual(
    Object.fromEntries(ours.flatMap((each) => (each.providerRef === null ? [] : [[each.providerRef, amounts(each)]]))),
    Object.fromEntries(
      theirs
        .filter(({ ref, captured, promised }) => isKnown(ref) || captured + promised > 0)
        .map(({ ref, captured, refunded, disputed }) => [ref, { captured, refunded, disputed }]),
    ),
    'our ledger and the books of the provider',
  );
  for (const payment of payments) {
    const { paymentId } = payment;
    const moved = movedBy(entries.filter((entry) => entry.paymentId === paymentId));
    assert.deepEqual(amounts(payment), moved, `payment ${paymentId} and its entries`);
    assert.equal(payment.refundingAmount, 0, `money of payment ${paymentId} that is still to go back`);
    assert.equal(payment.mismatch, false, `whether payment ${paymentId} is of another amount than was asked`);
    const { captured, refunded, disputed } = known.find((each) => each.paymentId === paymentId) ?? NOTHING;
    assert.deepEqual({ captured, refunded, disputed }, amounts(payment), `payment ${paymentId} as orders knows it`);
  }
  const sent = theirs.flatMap((booked) => booked.refunds.flatMap(({ ref }) => ref ?? []));
  assert.deepEqual(sent, [...new Set(sent)], 'refunds that were made once');
  const made = refunds.filter(({ status, providerRef }) => status === 'succeeded' && providerRef?.startsWith('re_'));
  assert.equal(made.length, theirs.flatMap((booked) => booked.refunds).length, 'refunds that the provider made');
}

/** Captured is what the order costs now and what went back of it, unless it is still due. */
function compareOrder({ ref, order }: Placed, { payments, refunds, theirs }: Books): void {
  const ours = payments.filter(({ orderRef }) => orderRef === ref);
  const booked = theirs.filter(({ orderRef }) => orderRef === ref);
  const byHand = ours.filter(({ provider }) => provider === BY_HAND);
  const captured = total(booked, 'captured') + total(byHand, 'capturedAmount');
  const back = total(booked, 'refunded') + total(byHand, 'refundedAmount');
  const disputed = total(booked, 'disputed');
  const elsewhere = booked.flatMap((each) => each.refunds.filter(({ ref }) => ref === null));
  const byStaff = refunds.filter(
    ({ paymentId, status, requestedBy }) =>
      requestedBy !== null && status === 'succeeded' && ours.some((payment) => payment.paymentId === paymentId),
  );
  const kept = captured - back - disputed;
  const text = `order ${ref} that is ${order.status}`;
  if (byHand.length > 0) assert.ok(order.money.isPaidByHand, `money by hand for ${text}`);
  if (order.status === 'pending') assert.equal(captured, 0, `money of ${text}`);
  else if (order.status === 'cancelled') assert.equal(kept, 0, `money that is kept of ${text}`);
  else {
    assert.ok(captured + total(booked, 'promised') >= order.owed, `money for ${text}`);
    assert.ok(kept <= order.owed, `surplus that is kept of ${text}: ${kept} of ${order.owed}`);
    const [unasked, surplus] = [back - sum(byStaff) - sum(elsewhere), Math.max(0, captured - order.owed)];
    assert.ok(unasked <= surplus, `money of ${text} that nobody wanted back: ${unasked} of ${surplus}`);
    const isAlone = byStaff.length + elsewhere.length === 0 && disputed === 0;
    if (isAlone) assert.equal(unasked, surplus, `what went back of ${text}`);
  }
}

const NOTHING = { captured: 0, refunded: 0, disputed: 0 };

const amounts = ({ capturedAmount, refundedAmount, disputedAmount }: Payment) => ({
  captured: capturedAmount,
  refunded: refundedAmount,
  disputed: disputedAmount,
});

function movedBy(entries: PaymentEntry[]): typeof NOTHING {
  const of = (kind: string) => sum(entries.filter((entry) => entry.kind === kind));
  return {
    captured: of('captured'),
    refunded: of('refunded') - of('refund_failed'),
    disputed: of('disputed') - of('dispute_won'),
  };
}

function total<K extends string>(things: readonly Record<K, number>[], of: K): number {
  return things.reduce((all, thing) => all + thing[of], 0);
}
