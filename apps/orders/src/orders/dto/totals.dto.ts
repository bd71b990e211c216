import { type FieldOptions, MoneyField, TextField } from '@app/http';
import { MAX_TOTAL } from '../order-lines.js';

/** A rate of 0 to 1 with up to six decimals. */
export const RateField = (options: FieldOptions = {}): PropertyDecorator =>
  TextField({ min: 1, max: 8, pattern: /^(0|1|0\.\d{1,6})$/, example: '0.19', description: 'Of 1.', ...options });

export class TaxLineDto {
  @TextField({ min: 1, max: 100, example: 'VAT' })
  name: string;

  @RateField()
  rate: string;

  @MoneyField({ max: MAX_TOTAL, example: 570 })
  amount: string;
}

export class ShippingMethodDto {
  @TextField({ min: 1, max: 100, example: 'standard' })
  code: string;

  @TextField({ min: 1, max: 100, example: 'Standard' })
  name: string;
}
