import { owedBy } from '../orders/order-axes.js';
import type { Order } from '../orders/order.entity.js';
import type { Return } from './return.entity.js';
import { refundExceedsPaid, refundExceedsReceived } from './returns.errors.js';

/** What staff decide about the money of a return, in minor units. */
export interface AskedRefund {
  /** Default what arrived is worth, without the fee. */
  refund_amount?: number;
  /** Default nothing. */
  fee?: number;
}

/**
 * Decides what goes back for a return, and credits the order with it; payments give back what an order is credited.
 *
 * @throws DomainError `refund-exceeds-received`, `refund-exceeds-paid`
 */
export function settle(order: Order, given: Return, { refund_amount, fee = 0 }: AskedRefund): void {
  const value = given.receivedValue ?? 0;
  const refund = refund_amount ?? value - fee;
  if (refund < 0 || refund + fee > value) throw refundExceedsReceived(value, order.currency);
  const left = leftToRefund(order);
  if (refund > left) throw refundExceedsPaid(left, order.currency);
  Object.assign(given, { refundAmount: refund, fee } satisfies Partial<Return>);
  order.creditedTotal += refund;
}

/** What is left of the customer's money: of what payments know, without what has gone back or is about to. */
function leftToRefund(order: Order): number {
  const secured = Math.max(order.amountPaid, order.amountAuthorized);
  // What was credited before it was paid never came, and does not go back.
  const promised = Math.max(0, secured - owedBy(order));
  return Math.max(0, secured - order.amountDisputed - Math.max(order.amountRefunded, promised));
}
