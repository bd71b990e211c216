import { type FieldOptions, IntegerField, TextField } from '@app/http';
import { MAX_WEIGHT, STANDARD_TAX_CATEGORY } from '@app/kernel';

export const WeightField = (options: FieldOptions = {}): PropertyDecorator =>
  IntegerField({
    ...{ min: 0, max: MAX_WEIGHT, nullable: true, example: 95 },
    description:
      'Of a piece, in grams; null (default) if unknown: then it counts nothing where shipping goes by weight.',
    ...options,
  });

export const TaxCategoryField = (options: FieldOptions = {}): PropertyDecorator =>
  TextField({
    ...{ min: 1, max: 100, trim: true, example: STANDARD_TAX_CATEGORY },
    description: `Which tax rates apply; default \`${STANDARD_TAX_CATEGORY}\`.`,
    ...options,
  });
