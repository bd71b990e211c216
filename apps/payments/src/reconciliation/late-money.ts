import { coveredBy } from '../payments/amount-due.js';
import type { PayableOrder } from '../payments/orders.client.js';
import { BY_HAND, isOpen } from '../payments/payment-status.js';
import type { Payment } from '../payments/payment.entity.js';

/** What is to be done with a payment, now that it is known what became of its order. */
export type Step =
  | { do: 'cancel'; payment: Payment }
  | { do: 'capture'; payment: Payment }
  /** Of the payment's money, at most `surplus` (minor units) is too much; undefined: all of it. */
  | { do: 'refund'; payment: Payment; surplus?: number };

type Order = Pick<PayableOrder, 'status' | 'total'>;

const HOURS_BEFORE_RELEASE = 24;
const SHIPPED: readonly string[] = ['shipped', 'completed'];

/**
 * Money that comes late, twice or for nothing, decided from the facts alone: what the order is, and what its payments
 * are. Whoever asks first, asks twice or asks late gets the same answer.
 *
 * - The order is cancelled: open payments end, and all that was captured goes back.
 * - It is covered: open payments that it does not need end, and captured money beyond its total goes back.
 * - It is shipped, or the bank is about to release its money: what is authorised is captured.
 * - A payment of another amount or currency than was asked covers nothing; staff decide about it while the order lives.
 */
export function lateMoney(order: Order, payments: readonly Payment[], now: Date): Step[] {
  if (order.status === 'cancelled') return payments.flatMap(giveUp);
  let covered = 0;
  return inOrderOfWorth(payments).flatMap((payment): Step[] => {
    const before = covered;
    const covers = coveredBy(payment);
    covered += covers;
    const surplus = Math.min(covers, Math.max(0, covered - order.total));
    if (payment.status === 'authorized') return promised(order, payment, { isTooMuch: surplus === covers, now });
    if (isOpen(payment.status)) return isNeeded(order, before) ? [] : [{ do: 'cancel', payment }];
    return surplus > 0 && surplus > payment.refundedAmount + payment.refundingAmount
      ? [{ do: 'refund', payment, surplus }]
      : [];
  });
}

function promised(order: Order, payment: Payment, { isTooMuch, now }: { isTooMuch: boolean; now: Date }): Step[] {
  if (payment.mismatch) return [];
  if (isTooMuch) return [{ do: 'cancel', payment }];
  return isDue(order, payment, now) ? [{ do: 'capture', payment }] : [];
}

function giveUp(payment: Payment): Step[] {
  if (isOpen(payment.status)) return [{ do: 'cancel', payment }];
  return payment.refundableAmount > 0 ? [{ do: 'refund', payment }] : [];
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

function isNeeded({ status, total }: Order, covered: number): boolean {
  return status === 'pending' && covered < total;
}

/** A released authorisation is lost money: it is captured in time even if the parcel is late. */
function isDue({ status }: Order, { captureBefore }: Payment, now: Date): boolean {
  const release = releaseOf(captureBefore);
  return SHIPPED.includes(status) || (release !== null && release <= now);
}

/** From then on an authorised payment is captured or released, whatever happens; null: the bank never releases it. */
export function releaseOf(captureBefore: Date | null): Date | null {
  return captureBefore && new Date(captureBefore.getTime() - HOURS_BEFORE_RELEASE * 3_600_000);
}
