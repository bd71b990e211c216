import { applyDecorators, type Type as Class } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ValidateBy, ValidateNested } from 'class-validator';
import { convert, field, type FieldOptions, planned } from './field.js';
import { isText } from './fields.js';
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
      isObject(value) ? Object.fromEntries(Object.entries(value as object).map(([n, v]) => [n, trimmed(v)])) : value,
    ),
    field(
      {
        code: 'texts-by-name',
        says: `must be an object of 1 to ${max} texts of 1 to ${length} characters, under names of at most ${names.max}`,
        check: (value) => {
          const entries = isObject(value) ? Object.entries(value as object) : [];
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

function trimmed(value: unknown): unknown {
  return typeof value === 'string' ? value.trim() : value;
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
