import { MoneyField, TextField } from '@app/http';
import { CategoryField, CategoryIdsField } from './category-fields.js';
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

  @CategoryField({
    optional: true,
    description:
      'A text of your own for a product without `category_ids`. One that is in categories has the name of the first one: ' +
      'another text is refused, unless an empty `category_ids` comes with it.',
  })
  category?: string | null;

  @CategoryIdsField({
    optional: true,
    description:
      'All categories of the product, in place of those before; the first is the main one, whose name becomes `category`. ' +
      'An empty list takes it out of all; `category` is null then, unless it is sent.',
  })
  category_ids?: number[];

  @MoneyField({ min: 1, optional: true })
  price?: number;

  @WeightField({ optional: true })
  weight_grams?: number | null;

  @TaxCategoryField({ optional: true })
  tax_category?: string;
}
