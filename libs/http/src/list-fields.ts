import { applyDecorators, type Type as Class } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ValidateBy, ValidateNested } from 'class-validator';
import { convert, field, type FieldOptions, planned } from './field.js';
import { MAX_ID } from './id-param.js';

/** More are not looked at. */
const MAX_NAMES = 100;

/** A list of `min` to `max` objects, each validated by its own class. */
export function ListField(item: () => Class, options: FieldOptions & { min?: number; max: number }): PropertyDecorator {
  const { min = 0, max, optional = false, description } = options;
  return applyDecorators(
    field(
      {
        code: 'list',
        says: `must be a list of ${min} to ${max} objects`,
        check: (value) => Array.isArray(value) && value.length >= min && value.length <= max && value.every(isObject),
        docs: {},
      },
      options,
    ),
    planned({ nested: item as () => new () => object, maxItems: max }),
    Type(item),
    ValidateNested({ each: true }),
    ApiProperty({
      type: () => [item()],
      minItems: min,
      maxItems: max,
      required: !optional,
      ...(description !== undefined && { description }),
    }),
  );
}

/** An object with its own class. */
export function ObjectField(type: () => Class, options: FieldOptions = {}): PropertyDecorator {
  const { optional = false, nullable = false, description } = options;
  return applyDecorators(
    field({ code: 'object', says: 'must be an object', check: isObject, docs: {} }, options),
    planned({ nested: type as () => new () => object }),
    Type(type),
    ValidateNested(),
    ApiProperty({
      type: () => type(),
      required: !optional,
      ...(nullable && { nullable }),
      ...(description !== undefined && { description }),
    }),
  );
}

/** A query field with up to `max` ids, separated by commas. */
export function IdListField(options: FieldOptions & { max: number }): PropertyDecorator {
  const { max } = options;
  return applyDecorators(
    convert((value) => (typeof value === 'string' ? value.split(',', max + 1).map(readId) : value)),
    field(
      {
        code: 'ids',
        says: `must hold 1 to ${max} ids, separated by commas`,
        check: (value) => Array.isArray(value) && value.length <= max && value.every((id) => Number.isInteger(id)),
        docs: { type: 'string', pattern: '^[1-9]\\d*(,[1-9]\\d*)*$' },
      },
      { example: '1,2,3', ...options },
    ),
  );
}

/** A query field with up to `max` names, separated by commas. `pattern` is of a name, without anchors. */
export function NameListField(options: FieldOptions & { max: number; pattern: string }): PropertyDecorator {
  const { max, pattern } = options;
  const name = new RegExp(`^(${pattern})$`);
  return applyDecorators(
    convert((value) => (typeof value === 'string' ? [...new Set(value.split(',', MAX_NAMES))] : value)),
    field(
      {
        code: 'names',
        says: `must hold 1 to ${max} names, separated by commas`,
        check: (value) => Array.isArray(value) && value.length <= max && value.every((each) => name.test(String(each))),
        docs: { type: 'string', pattern: `^(${pattern})(,(${pattern})){0,${max - 1}}$` },
      },
      options,
    ),
  );
}

/** A list of up to `max` different ids in a body or a response. */
export function IdsField(options: FieldOptions & { max: number }): PropertyDecorator {
  const { max } = options;
  const isId = (id: unknown): boolean => Number.isInteger(id) && (id as number) >= 1 && (id as number) <= MAX_ID;
  return applyDecorators(
    field(
      {
        code: 'ids',
        says: `must be a list of up to ${max} different ids, such as [2, 3]`,
        check: (value) =>
          Array.isArray(value) && value.length <= max && value.every(isId) && new Set(value).size === value.length,
        docs: {
          type: 'array',
          items: { type: 'integer', minimum: 1, maximum: MAX_ID },
          maxItems: max,
          uniqueItems: true,
        },
      },
      { example: [1], ...options },
    ),
    planned({ maxItems: max }),
  );
}

/** A check across fields ("one of two"): put it on one of them. It sees the whole object, when that field is sent. */
export function Rule<T>(code: string, says: string, check: (object: T) => boolean): PropertyDecorator {
  return ValidateBy({
    name: code,
    validator: { validate: (_, context) => check(context?.object as T), defaultMessage: () => `$property ${says}.` },
  });
}

function readId(text: string): number {
  return /^[1-9]\d{0,9}$/.test(text) && Number(text) <= MAX_ID ? Number(text) : Number.NaN;
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
