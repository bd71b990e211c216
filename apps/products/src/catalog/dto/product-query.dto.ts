import {
  BooleanField,
  EnumField,
  IdField,
  IdListField,
  MoneyField,
  NameListField,
  PageQueryDto,
  SortField,
  TextField,
} from '@app/http';
import { MAX_FACETS, PLAIN_FACETS } from '../facets.js';
import type { OptionValues } from '../option-values.js';
import { SKU } from './create-product.dto.js';
import { OptionValuesField } from './option-fields.js';

const FACET = [...PLAIN_FACETS, 'option\\.[^\\u0000-\\u0020,][^\\u0000-\\u001f,]{0,29}'].join('|');

export const PRODUCT_SORTS = ['name', 'price', 'created_at'] as const;

const COLLAPSES = ['group'] as const;
type Collapse = (typeof COLLAPSES)[number];

export class ProductQueryDto extends PageQueryDto {
  @TextField({
    min: 1,
    max: 200,
    optional: true,
    example: 'mouse',
    description:
      'Words, or beginnings of words, in name, description and sku; all must occur. Singular and plural, accents, ' +
      'letters such as ø and hyphens make no difference. Without sort the most relevant products come first.',
  })
  q?: string;

  // MySQL refuses to compare its ASCII column with other characters.
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
    description: 'Exactly as products show it.',
  })
  category?: string;

  @OptionValuesField({
    prefix: 'option.',
    optional: true,
    example: {},
    description:
      'Variants by their options, each a parameter of its own, `option.size=M`: as an object `{"option.size": "M"}`. Case ' +
      'makes no difference.',
  })
  option?: OptionValues;
  @IdField({ optional: true, description: 'In this category, as main or further one.' })
  category_id?: number;

  @BooleanField({ optional: true, description: 'true, with `category_id`: or in a category below it.' })
  descendants?: boolean;

  @MoneyField({ optional: true, example: 1_000 })
  min_price?: number;

  @MoneyField({ optional: true, example: 9_999 })
  max_price?: number;

  @BooleanField({ optional: true, description: 'true: some are available; false: sold out.' })
  in_stock?: boolean;

  @EnumField(COLLAPSES, {
    optional: true,
    example: undefined,
    description: 'Of each group only the first variant that matches, by its product_id.',
  })
  collapse?: Collapse;
  @NameListField({
    max: MAX_FACETS,
    pattern: FACET,
    optional: true,
    example: 'category,price',
    description:
      'Adds `facets` to the answer, counted under all filters but their own: `category`, `price`, `in_stock`, and ' +
      '`option.` with the name of an option, such as `option.size`.',
  })
  facets?: string[];

  @SortField(PRODUCT_SORTS)
  sort?: string;
}
