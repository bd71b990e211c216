import { type FieldOptions, IdsField, TextField } from '@app/http';

/** How many categories a product may be in. */
export const MAX_CATEGORIES_OF_PRODUCT = 20;

export const CategoryIdsField = (options: FieldOptions = {}): PropertyDecorator =>
  IdsField({
    max: MAX_CATEGORIES_OF_PRODUCT,
    example: [2],
    description: 'The categories that the product is in. The first is the main one, whose name is `category`.',
    ...options,
  });

export const CategoryField = (options: FieldOptions = {}): PropertyDecorator =>
  TextField({ min: 1, max: 100, trim: true, nullable: true, example: 'Accessories', ...options });
