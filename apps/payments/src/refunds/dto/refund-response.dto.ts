import { CurrencyField, EnumField, IdField, MoneyField, pageDto, TextField, TimeField, UuidField } from '@app/http';
import { formatMoney } from '@app/kernel';
import { MAX_AMOUNT } from '../../payments/dto/amounts.js';
import type { Payment } from '../../payments/payment.entity.js';
import { REFUND_REASONS, REFUND_STATUSES, type RefundReason, type RefundStatus } from '../../payments/refund-status.js';
import type { Refund } from '../../payments/refund.entity.js';

export class RefundResponseDto {
  @IdField()
  refund_id: number;

  @UuidField({ description: 'The refund’s name in events and at the provider.' })
  refund_ref: string;

  @IdField()
  payment_id: number;

  @EnumField(REFUND_STATUSES, {
    example: 'succeeded',
    description: '`submitted`: under way, or nobody knows yet; it is found out.',
  })
  status: RefundStatus;

  @MoneyField({ max: MAX_AMOUNT, example: 1_999 })
  amount: string;

  @CurrencyField()
  currency: string;

  @EnumField(REFUND_REASONS)
  reason: RefundReason;

  @TextField({ min: 1, max: 500, nullable: true, example: null, description: 'For staff only.' })
  note: string | null;

  @TextField({ min: 1, max: 255, nullable: true, example: 're_1Example', description: 'Its name at the provider.' })
  provider_ref: string | null;

  @TextField({ min: 1, max: 100, nullable: true, example: null, description: 'Why it failed.' })
  failure_code: string | null;

  @TimeField()
  created_at: string;

  @TimeField()
  updated_at: string;
}

export const RefundListDto = pageDto('refunds', RefundResponseDto);

export const toRefundResponse =
  ({ currency }: Payment, forStaff: boolean) =>
  (refund: Refund): RefundResponseDto => ({
    refund_id: refund.refundId,
    refund_ref: refund.refundRef,
    payment_id: refund.paymentId,
    status: refund.status,
    amount: formatMoney(refund.amount, currency),
    currency,
    reason: refund.reason,
    note: forStaff ? refund.note : null,
    provider_ref: refund.providerRef,
    failure_code: refund.failureCode,
    created_at: refund.createdAt.toISOString(),
    updated_at: refund.updatedAt.toISOString(),
  });
