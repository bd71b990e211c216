import { applyDecorators } from '@nestjs/common';
import { convert, field, type FieldOptions, planned } from './field.js';
import { isText } from './fields.js';

/** A list of `min` to `max` different texts of `length` characters at most. */
export function TextListField(
  options: FieldOptions & { min?: number; max: number; length: number },
): PropertyDecorator {
  const { min = 0, max, length } = options;
  const says = `must be a list of ${min} to ${max} different texts of 1 to ${length} characters`;
  return applyDecorators(
    convert((value) => (Array.isArray(value) ? value.map(trimmed) : value)),
    field(
      {
        code: 'texts',
        says,
        check: (value) =>
          Array.isArray(value) &&
          value.length >= min &&
          value.length <= max &&
          new Set(value).size === value.length &&
          value.every((text) => isText(text, { min: 1, max: length, trim: true })),
        docs: {
          type: 'array',
          items: { type: 'string', minLength: 1, maxLength: length },
          minItems: min,
          maxItems: max,
          uniqueItems: true,
        },
      },
      options,
    ),
    planned({ maxItems: max }),
  );
}

/** What the texts of a `TextMapField` may be. */
export interface TextMapOptions extends FieldOptions {
  max: number;
  /** Of a name; it MUST NOT match `__proto__`. */
  names: { max: number; pattern: RegExp };
  /** Characters of a text. */
  length: number;
  /** In a query, the beginning of each parameter's name: with `option.`, `option.size=M` is `{size: 'M'}`. */
  prefix?: string;
}

/** An object with up to `max` texts under names of the client's choice. */
export function TextMapField(options: TextMapOptions): PropertyDecorator {
  const { max, names, length } = options;
  return applyDecorators(
    convert((value) =>
      isObject(value) ? Object.fromEntries(Object.entries(value).map(([n, v]) => [n, trimmed(v)])) : value,
    ),
    field(
      {
        code: 'texts-by-name',
        says: `must be an object of 1 to ${max} texts of 1 to ${length} characters, under names of at most ${names.max}`,
        check: (value) => {
          const entries = isObject(value) ? Object.entries(value) : [];
          const isNamed = (name: string) => isText(name, { min: 1, ...names });
          return (
            entries.length >= 1 &&
            entries.length <= max &&
            entries.every(([name, text]) => isNamed(name) && isText(text, { min: 1, max: length, trim: true }))
          );
        },
        docs: {
          type: 'object',
          additionalProperties: { type: 'string', minLength: 1, maxLength: length },
          minProperties: 1,
          maxProperties: max,
        },
      },
      options,
    ),
    ...(options.prefix === undefined ? [] : [planned({ prefix: options.prefix })]),
  );
}

function trimmed(value: unknown): unknown {
  return typeof value === 'string' ? value.trim() : value;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
