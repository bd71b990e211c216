import { MoneyField, RateField, TextField } from '@app/http';
import { MAX_TOTAL } from '../max-totals.js';

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
