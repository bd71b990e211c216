import { MoneyField, TextField } from '@app/http';
import { TaxCategoryField, WeightField } from './pricing-fields.js';

export class UpdateProductDto {
  @TextField({
    min: 1,
    max: 100,
    optional: true,
    example: 'MOUSE-01',
    description: 'Only the present sku is accepted.',
  })
  sku?: string;

  @TextField({ min: 1, max: 255, trim: true, optional: true, example: 'Wireless Mouse' })
  name?: string;

  @TextField({ min: 0, max: 5000, optional: true, nullable: true, example: 'Three buttons, two years on one battery.' })
  description?: string | null;

  @TextField({ min: 1, max: 100, trim: true, optional: true, nullable: true, example: 'Accessories' })
  category?: string | null;

  @MoneyField({ min: 1, optional: true })
  price?: number;

  @WeightField({ optional: true })
  weight_grams?: number | null;

  @TaxCategoryField({ optional: true })
  tax_category?: string;
}
