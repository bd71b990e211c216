import { MoneyField, TextField } from '@app/http';
import { MAX_AMOUNT } from './amounts.js';

export class CapturePaymentDto {
  @MoneyField({
    optional: true,
    min: 1,
    max: MAX_AMOUNT,
    description: 'At most what is authorised, which is the default; the rest is released.',
  })
  amount?: number;
}

export class CancelPaymentDto {
  @TextField({ min: 1, max: 500, trim: true, optional: true, example: 'Ordered twice' })
  reason?: string;
}
