import { DomainError, formatMoney } from '@app/kernel';
import type { Payment } from '../payments/payment.entity.js';

export function refundExceedsCaptured({ refundableAmount, currency }: Payment): DomainError {
  const refundable_amount = formatMoney(refundableAmount, currency);
  return new DomainError('refund-exceeds-captured', `At most ${refundable_amount} ${currency} can be refunded.`, {
    details: { refundable_amount },
  });
}
