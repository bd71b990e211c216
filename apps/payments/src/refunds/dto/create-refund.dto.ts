import { EnumField, MoneyField, TextField } from '@app/http';
import { MAX_AMOUNT } from '../../payments/dto/amounts.js';
import { REFUND_REASONS, type RefundReason } from '../../payments/refund-status.js';

export class CreateRefundDto {
  @MoneyField({ optional: true, min: 1, max: MAX_AMOUNT, description: 'At most `refundable_amount`, the default.' })
  amount?: number;

  @EnumField(REFUND_REASONS)
  reason: RefundReason;

  @TextField({ min: 1, max: 500, trim: true, optional: true, example: 'The mug was broken', description: 'For staff.' })
  note?: string;
}
