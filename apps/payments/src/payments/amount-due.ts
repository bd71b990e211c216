import type { PayableOrder } from './orders.client.js';
import type { Payment } from './payment.entity.js';

/**
 * What is left to pay, in minor units. The order may not have heard of our last payments yet, and we may not know what
 * it has counted: so the smaller of both.
 */
export function amountDue(order: PayableOrder, payments: readonly Payment[]): number {
  return Math.max(0, Math.min(order.due, liveTotal(order) - amountCovered(payments)));
}

/** What an order costs now, less what of it is credited; minor units. */
export function liveTotal({ total, credited }: Pick<PayableOrder, 'total' | 'credited'>): number {
  return Math.max(0, total - credited);
}

/** Minor units. */
export function amountCovered(payments: readonly Payment[]): number {
  return payments.reduce((sum, payment) => sum + coveredBy(payment), 0);
}

/** What a payment covers of its order: money that is secured, in the amount and the currency that were asked. */
export function coveredBy({ status, mismatch, authorizedAmount, capturedAmount }: Payment): number {
  if (mismatch) return 0;
  return status === 'authorized' ? authorizedAmount : capturedAmount;
}
