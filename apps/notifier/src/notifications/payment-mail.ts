import type { PaymentFailedPayload, PaymentPayload, PaymentRefundPayload } from '@app/events';
import { isUnverified } from './order-mail.js';
import { greetingName, oneLineOrNull, type PaymentFailedView, type RefundMadeView } from './templates/views.js';

/** Returns what the e-mail about a failed payment shows. `paymentUrl` is the page where a customer pays an order. */
export function paymentFailedView(payment: PaymentFailedPayload, paymentUrl: URL): PaymentFailedView {
  const { amount, failure_message, return_url, order_id } = payment;
  const view = customerView(payment, amount);
  const page = new URL(paymentUrl);
  page.searchParams.set('order_id', String(order_id));
  if (view.brief) return { ...view, reason: null, link: page.href };
  return { ...view, reason: oneLineOrNull(failure_message), link: onSiteOf(page, return_url) ?? page.href };
}

export function refundMadeView(payment: PaymentRefundPayload): RefundMadeView {
  return { ...customerView(payment, payment.refund_amount), by_card: payment.method === 'card' };
}

function customerView(payment: PaymentPayload, amount: string) {
  const { order_id, currency, customer_name } = payment;
  const brief = isUnverified(payment);
  return {
    order_id: String(order_id),
    customer_name: brief ? null : greetingName(customer_name),
    amount,
    currency,
    brief,
  };
}

/**
 * The page from which the customer paid, if it is on the shop's own site. Whoever holds a customer's token may have begun
 * the payment, and our e-mail would recommend their page.
 */
function onSiteOf({ origin }: URL, returnUrl: string | null): string | undefined {
  const page = returnUrl === null ? null : URL.parse(returnUrl);
  return page?.origin === origin ? page.href : undefined;
}
