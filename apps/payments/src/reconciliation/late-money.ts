import { coveredBy, liveTotal } from '../payments/amount-due.js';
import type { PayableOrder } from '../payments/orders.client.js';
import { BY_HAND, isOpen } from '../payments/payment-status.js';
import type { Payment } from '../payments/payment.entity.js';
import type { Refund } from '../payments/refund.entity.js';
import { type OwedBack, stillOwed } from './owed-back.js';

/** What is to be done with a payment, now that it is known what became of its order. */
export type Step =
  | { do: 'cancel'; payment: Payment }
  | { do: 'capture'; payment: Payment }
  | { do: 'refund'; payment: Payment; owed: OwedBack };

type Order = Pick<PayableOrder, 'status' | 'fulfilment_status' | 'total' | 'credited'>;

/** The payments of an order, and the refunds of all of them. */
export interface Money {
  payments: readonly Payment[];
  refunds: readonly Refund[];
}

const HOURS_BEFORE_RELEASE = 24;
const SHIPPED: readonly string[] = ['shipped', 'completed'];
const EVERYTHING: OwedBack = { reason: 'other', amount: Infinity };

/**
 * Money that comes late, twice or for nothing, decided from the facts alone: what the order is, and what its payments
 * are. Whoever asks first, asks twice or asks late gets the same answer.
 *
 * - The order is cancelled: open payments end, and all that was captured goes back.
 * - It is covered: open payments that it does not need end, and captured money beyond its total goes back.
 * - Parts of it are credited: that is no longer needed, and what was captured for them goes back.
 * - A part of it has left, or the bank is about to release its money: what is authorised is captured, in full, since a part
 *   would not pay the order.
 * - A payment of another amount or currency than was asked covers nothing; staff decide about it while the order lives.
 */
export function lateMoney(order: Order, { payments, refunds }: Money, now: Date): Step[] {
  if (order.status === 'cancelled') return payments.flatMap(giveUp);
  let covered = 0;
  return inOrderOfWorth(payments).flatMap((payment): Step[] => {
    const before = covered;
    const covers = coveredBy(payment);
    covered += covers;
    const beyond = (total: number) => Math.min(covers, Math.max(0, covered - total));
    const [twice, tooMuch] = [beyond(order.total), beyond(liveTotal(order))];
    if (payment.status === 'authorized') return promised(order, payment, { isTooMuch: tooMuch === covers, now });
    if (isOpen(payment.status)) return isNeeded(order, before) ? [] : [{ do: 'cancel', payment }];
    const owed: OwedBack[] = [
      { reason: 'duplicate', amount: twice },
      { reason: reasonOfCredit(order), amount: tooMuch - twice },
    ];
    return owed.flatMap((each) => giveBack(payment, refunds, each));
  });
}

function giveBack(payment: Payment, refunds: readonly Refund[], owed: OwedBack): Step[] {
  const ofPayment = refunds.filter(({ paymentId }) => paymentId === payment.paymentId);
  return stillOwed(payment, ofPayment, owed) > 0 ? [{ do: 'refund', payment, owed }] : [];
}

/** Only what has left comes back. */
function reasonOfCredit({ status }: Order): OwedBack['reason'] {
  return SHIPPED.includes(status) ? 'returned' : 'other';
}

function promised(order: Order, payment: Payment, { isTooMuch, now }: { isTooMuch: boolean; now: Date }): Step[] {
  if (payment.mismatch) return [];
  if (isTooMuch) return [{ do: 'cancel', payment }];
  return isDue(order, payment, now) ? [{ do: 'capture', payment }] : [];
}

function giveUp(payment: Payment): Step[] {
  if (isOpen(payment.status)) return [{ do: 'cancel', payment }];
  return payment.refundableAmount > 0 ? [{ do: 'refund', payment, owed: EVERYTHING }] : [];
}

/**
 * First what cannot go back by itself (money in hand), then captured money, then what is only promised, then attempts;
 * of two alike the older one, so that of two the newer one is too much.
 */
function inOrderOfWorth(payments: readonly Payment[]): Payment[] {
  const rank = ({ provider, status }: Payment) =>
    provider === BY_HAND ? 0 : status === 'captured' ? 1 : status === 'authorized' ? 2 : 3;
  return [...payments].sort((a, b) => rank(a) - rank(b) || a.paymentId - b.paymentId);
}

function isNeeded(order: Order, covered: number): boolean {
  return order.status === 'pending' && covered < liveTotal(order);
}

/** A released authorisation is lost money: it is captured in time even if the parcel is late. */
function isDue({ fulfilment_status }: Order, { captureBefore }: Payment, now: Date): boolean {
  const release = releaseOf(captureBefore);
  return fulfilment_status !== 'unfulfilled' || (release !== null && release <= now);
}

/** From then on an authorised payment is captured or released, whatever happens; null: the bank never releases it. */
export function releaseOf(captureBefore: Date | null): Date | null {
  return captureBefore && new Date(captureBefore.getTime() - HOURS_BEFORE_RELEASE * 3_600_000);
}
