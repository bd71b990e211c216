import { declareErrors, DomainError, formatMoney } from '@app/kernel';
import { providerError } from '../providers/provider.errors.js';
import type { Payment } from './payment.entity.js';

const paymentError = declareErrors({
  'payment-in-progress': { kind: 'conflict', title: 'Another payment of this order is open' },
  'payment-not-capturable': { kind: 'conflict', title: 'The payment cannot be captured' },
  'payment-not-cancellable': { kind: 'conflict', title: 'The payment cannot be cancelled' },
});

export const noSuchPayment = () => new DomainError('not-found', 'There is no such payment.');

/** Why an order cannot be paid, for programs. */
export type Unpayable = 'cancelled' | 'already-paid' | 'amount-not-chargeable';

const SENTENCES: Readonly<Record<Unpayable, string>> = {
  cancelled: 'The order was cancelled.',
  'already-paid': 'The order is paid.',
  'amount-not-chargeable': 'The payment provider cannot charge this amount.',
};

export function orderNotPayable(reason: Unpayable): DomainError {
  return providerError('order-not-payable', SENTENCES[reason], { details: { reason } });
}

export function paymentInProgress({ paymentId }: Payment): DomainError {
  const sentence = 'Another payment of this order is open: go on with it, or cancel it first.';
  return paymentError('payment-in-progress', sentence, { details: { payment_id: paymentId } });
}

export function onlyStaffPayByHand(): DomainError {
  return new DomainError('forbidden', 'Only staff may record a payment by hand.');
}

export function notCapturable({ status }: Payment): DomainError {
  return paymentError('payment-not-capturable', `A payment that is ${status} cannot be captured.`, {
    details: { current_status: status },
  });
}

export function exceedsAuthorized({ authorizedAmount, currency }: Payment): DomainError {
  const authorized_amount = formatMoney(authorizedAmount, currency);
  return paymentError('payment-not-capturable', `At most ${authorized_amount} ${currency} can be captured.`, {
    details: { authorized_amount },
  });
}

/** It may have been captured already: nobody knows yet. */
export function captureAsked({ captureAmount, currency }: Payment): DomainError {
  const capture_amount = formatMoney(captureAmount ?? 0, currency);
  const sentence = `A capture of ${capture_amount} ${currency} is under way: ask for the same amount again, or wait.`;
  return paymentError('payment-not-capturable', sentence, { details: { capture_amount } });
}

export function notCancellable({ status }: Payment): DomainError {
  const sentence =
    status === 'authorized'
      ? 'The order is paid by this payment. Cancel the order instead.'
      : `A payment that is ${status} cannot be cancelled.`;
  return paymentError('payment-not-cancellable', sentence, { details: { current_status: status } });
}

/** Others keep writing it. */
export function paymentBusy(): DomainError {
  return new DomainError('service-unavailable', 'The payment keeps changing. Try again in a second.');
}
