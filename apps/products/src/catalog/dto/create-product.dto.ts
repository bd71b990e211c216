import { IntegerField, MoneyField, TextField } from '@app/http';
import { MAX_STOCK } from '../../stock/inventory.errors.js';
import { CategoryField, CategoryIdsField } from './category-fields.js';
import { TaxCategoryField, WeightField } from './pricing-fields.js';

export const SKU = { min: 1, max: 100, pattern: /^[A-Za-z0-9._-]+$/ };

/** What every product has, a variant too. */
export class NewProductDto {
  @TextField({ ...SKU, example: 'MOUSE-02', description: 'Unique; never changes.' })
  sku: string;

  @MoneyField({ min: 1, description: 'In the currency of the platform.' })
  price: number;

  @TextField({ min: 0, max: 5000, optional: true, nullable: true, example: 'Three buttons, two years on one battery.' })
  description?: string | null;

  @CategoryField({
    optional: true,
    description: 'A text of your own for a product without `category_ids`; with them only the name of the first one.',
  })
  category?: string | null;

  @CategoryIdsField({ optional: true })
  category_ids?: number[];

  @WeightField({ optional: true })
  weight_grams?: number | null;

  @TaxCategoryField({ optional: true })
  tax_category?: string;

  @IntegerField({ min: 0, max: MAX_STOCK, optional: true, example: 25, description: 'Pieces; default 0.' })
  initial_stock?: number;

  @TextField({ min: 1, max: 255, trim: true, optional: true, nullable: true, example: 'Hall 2, shelf 14' })
  warehouse_location?: string | null;
}

export class CreateProductDto extends NewProductDto {
  @TextField({ min: 1, max: 255, trim: true, example: 'Wireless Mouse' })
  name: string;
}
