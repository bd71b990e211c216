import { BooleanField, IdListField, MoneyField, PageQueryDto, SortField, TextField } from '@app/http';
import { SKU } from './create-product.dto.js';

export const PRODUCT_SORTS = ['name', 'price', 'created_at'] as const;

export class ProductQueryDto extends PageQueryDto {
  @TextField({
    min: 1,
    max: 200,
    optional: true,
    example: 'mouse',
    description: 'Words in name and description; all must occur.',
  })
  q?: string;

  // MySQL refuses to compare its ASCII column with anything else.
  @TextField({ ...SKU, optional: true, example: 'MOUSE-01' })
  sku?: string;

  @IdListField({ max: 100, optional: true })
  ids?: number[];

  @TextField({
    min: 1,
    max: 100,
    trim: true,
    optional: true,
    example: 'Accessories',
    description: 'Compared without case and accents.',
  })
  category?: string;

  @MoneyField({ optional: true, example: 1_000 })
  min_price?: number;

  @MoneyField({ optional: true, example: 9_999 })
  max_price?: number;

  @BooleanField({ optional: true, description: 'true: some are available; false: sold out.' })
  in_stock?: boolean;

  @SortField(PRODUCT_SORTS)
  sort?: string;
}
