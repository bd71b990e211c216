import type { PaymentPayload } from '@app/events';
import { parseMoney } from '@app/kernel';
import type { SecuredMoney } from '../orders/order-axes.js';
import { OrderPayment } from './order-payment.entity.js';

/**
 * Returns what a payment is worth to its order. One whose amount or currency is not what was asked for is worth nothing,
 * nor is a part of what was asked for; what goes back of it does not concern the order then.
 */
export function knownPayment(payload: PaymentPayload, version: number, currency: string): OrderPayment {
  const isRight = payload.currency === currency && !payload.mismatch;
  const minor = (text: string) => (isRight ? (parseMoney(text, currency) ?? 0) : 0);
  const asked = minor(payload.amount);
  const inFull = (text: string) => (minor(text) === asked ? asked : 0);
  const captured = payload.status === 'captured' ? inFull(payload.captured_amount) : 0;
  return Object.assign(new OrderPayment(), {
    paymentId: payload.payment_id,
    orderId: payload.order_id,
    version,
    authorized: payload.status === 'authorized' ? inFull(payload.authorized_amount) : 0,
    captured,
    refunded: Math.min(captured, minor(payload.refunded_amount)),
    disputed: Math.min(captured, minor(payload.disputed_amount)),
  });
}

export function moneyOf(payments: readonly OrderPayment[]): SecuredMoney {
  const sum = (of: (payment: OrderPayment) => number) => payments.reduce((total, payment) => total + of(payment), 0);
  return {
    amountPaid: sum(({ captured }) => captured),
    amountAuthorized: sum(({ authorized }) => authorized),
    amountRefunded: sum(({ refunded }) => refunded),
    amountDisputed: sum(({ disputed }) => disputed),
  };
}
