import { applyDecorators } from '@nestjs/common';
import { field, type FieldOptions, planned } from './field.js';
import { MAX_ID } from './id-param.js';

/** A list of `min` to `max` ids in a body. */
export function IdsField(options: FieldOptions & { min?: number; max: number }): PropertyDecorator {
  const { min = 0, max } = options;
  return applyDecorators(
    field(
      {
        code: 'ids',
        says: `must be a list of ${min} to ${max} ids`,
        check: (value) =>
          Array.isArray(value) && value.length >= min && value.length <= max && value.every((id) => isId(id)),
        docs: {
          type: 'array',
          items: { type: 'integer', minimum: 1, maximum: MAX_ID },
          minItems: min,
          maxItems: max,
        },
      },
      { example: [2, 1], ...options },
    ),
    planned({ maxItems: max }),
  );
}

const isId = (value: unknown): boolean =>
  Number.isInteger(value) && (value as number) >= 1 && (value as number) <= MAX_ID;
