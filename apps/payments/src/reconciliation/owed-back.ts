import type { Payment } from '../payments/payment.entity.js';
import type { RefundReason } from '../payments/refund-status.js';
import type { Refund } from '../payments/refund.entity.js';

/** What of a payment's money is to go back for one reason, all in all, in minor units. */
export interface OwedBack {
  reason: RefundReason;
  /** Infinity: whatever is left. */
  amount: number;
}

const TWICE = 'duplicate';

/**
 * What of it is still to go back, in minor units: never more than is left of the payment. Decide it under the payment's
 * lock.
 */
export function stillOwed(payment: Payment, refunds: readonly Refund[], owed: OwedBack): number {
  return Math.max(0, Math.min(payment.refundableAmount, owed.amount - givenFor(owed, refunds)));
}

/**
 * Money that was paid twice is not given back again if others gave it back by hand. A credit is: what staff gave was a
 * favour, and lessens no return.
 */
function givenFor({ reason }: OwedBack, refunds: readonly Refund[]): number {
  const isTwice = reason === TWICE;
  const counts = ({ status, origin, reason: given }: Refund) =>
    status !== 'failed' && (origin === 'order' ? (given === TWICE) === isTwice : isTwice);
  return refunds.filter(counts).reduce((sum, { amount }) => sum + amount, 0);
}
