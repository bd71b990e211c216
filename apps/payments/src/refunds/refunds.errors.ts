import { declareErrors, type DomainError, formatMoney } from '@app/kernel';
import type { Payment } from '../payments/payment.entity.js';

const refundError = declareErrors({
  'refund-exceeds-captured': { kind: 'conflict', title: 'More would be refunded than is left of the payment' },
});

export function refundExceedsCaptured({ refundableAmount, currency }: Payment): DomainError {
  const refundable_amount = formatMoney(refundableAmount, currency);
  return refundError('refund-exceeds-captured', `At most ${refundable_amount} ${currency} can be refunded.`, {
    details: { refundable_amount },
  });
}
