import { applyDecorators } from '@nestjs/common';
import { canonicalEmail } from '@app/kernel';
import { isUUID } from 'class-validator';
import { convert, field, type FieldOptions } from './field.js';
import type { Reading } from './reading.js';
import { EXAMPLE_UUID, MAX_ID } from './id-param.js';

/** NUL and lone surrogates, which no database stores unchanged. */
const UNSTORABLE = /[\0\p{Surrogate}]/u;
/** Characters that XML, and therefore SNS and SQS, cannot carry: most control characters, U+FFFE and U+FFFF. */
const UNSENDABLE = /[^\P{Cc}\t\n\r\u007f-\u009f]|[\ufffe\uffff\p{Surrogate}]/u;

/** A visible character: no white space, nothing of zero width (U+200B), no filler of Hangul or Braille. */
const VISIBLE = /[^\p{White_Space}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/u;

export interface TextOptions extends FieldOptions {
  min: number;
  max: number;
  pattern?: RegExp;
  /** For text that people read: trims white space before the check, and rejects text without a visible character. */
  trim?: boolean;
  /** Also accepts control characters: for text that is neither shown nor sent on, such as a password. */
  controls?: boolean;
}

/** A text of `min` to `max` characters (Unicode code points) that all databases can store and all queues can carry. */
export function TextField(options: TextOptions): PropertyDecorator {
  const { min, max, pattern, trim = false, controls = false } = options;
  const kind = pattern ? ` matching ${pattern.source}` : controls ? '' : ', without control characters';
  const says = `must be a text of ${min} to ${max} characters${kind}`;
  return applyDecorators(
    convert((value) => (trim && typeof value === 'string' ? value.trim() : value)),
    field(
      {
        code: 'text',
        says,
        check: (value) => isText(value, options),
        docs: { type: 'string', minLength: min, maxLength: max, ...(pattern && { pattern: pattern.source }) },
      },
      options,
    ),
  );
}

/** Whether a value is such a text; with `trim` it is trimmed already. */
export function isText(value: unknown, options: Omit<TextOptions, keyof FieldOptions>): value is string {
  const { min, max, pattern, trim = false, controls = false } = options;
  const refused = controls ? UNSTORABLE : UNSENDABLE;
  if (typeof value !== 'string' || value.length > max * 2 || refused.test(value)) return false;
  const { length } = [...value];
  if (length < min || length > max || !(pattern?.test(value) ?? true)) return false;
  return !trim || length === 0 || VISIBLE.test(value);
}

/** An integer from `min` to `max`; a number in a JSON body, digits in a query. */
export function IntegerField(options: FieldOptions & { min: number; max: number }): PropertyDecorator {
  const { min, max } = options;
  return applyDecorators(
    convert(readInteger),
    field(
      {
        code: 'integer',
        says: `must be a whole number from ${min} to ${max}`,
        check: (value) => Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max,
        docs: { type: 'integer', minimum: min, maximum: max },
      },
      options,
    ),
  );
}

/** A number from `min` to `max`, such as a share; digits with a decimal point in a query. */
export function NumberField(options: FieldOptions & { min: number; max: number }): PropertyDecorator {
  const { min, max } = options;
  return applyDecorators(
    convert(readNumber),
    field(
      {
        code: 'number',
        says: `must be a number from ${min} to ${max}`,
        check: (value) => typeof value === 'number' && value >= min && value <= max,
        docs: { type: 'number', minimum: min, maximum: max },
      },
      options,
    ),
  );
}

/** The id of another resource. */
export function IdField(options: FieldOptions = {}): PropertyDecorator {
  return IntegerField({ example: 1, ...options, min: 1, max: MAX_ID });
}

/** One of a fixed set of texts, such as a status. */
export function EnumField(values: readonly string[], options: FieldOptions = {}): PropertyDecorator {
  return field(
    {
      code: 'choice',
      says: `must be one of ${values.join(', ')}`,
      check: (value) => typeof value === 'string' && values.includes(value),
      // In OpenAPI 3.0 `nullable` alone does not add null to the values.
      docs: { type: 'string', enum: options.nullable ? [...values, null] : [...values] },
    },
    { example: values[0], ...options },
  );
}

/** An e-mail address in canonical form (`canonicalEmail`): trimmed, the domain in lower case and as punycode. */
export function EmailField(options: FieldOptions = {}): PropertyDecorator {
  return applyDecorators(
    convert((value) => (typeof value === 'string' ? (canonicalEmail(value) ?? value) : value)),
    field(
      {
        code: 'email',
        says: 'must be an e-mail address such as ada@example.com: at most 255 characters, nothing quoted, accented or invisible',
        check: (value) => typeof value === 'string' && canonicalEmail(value) === value,
        docs: { type: 'string', format: 'email', maxLength: 255 },
      },
      { example: 'ada@example.com', ...options },
    ),
  );
}

/** A language tag of BCP 47 in its canonical form: `pt-br` becomes `pt-BR`. */
export function LocaleField(options: FieldOptions = {}): PropertyDecorator {
  return applyDecorators(
    convert((value) => (typeof value === 'string' ? (canonicalLocale(value) ?? value) : value)),
    field(
      {
        code: 'locale',
        says: 'must be a language tag of BCP 47 such as pt-BR, of at most 35 characters',
        check: (value) => typeof value === 'string' && value.length <= 35 && canonicalLocale(value) === value,
        docs: { type: 'string', maxLength: 35, pattern: '^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$' },
      },
      { example: 'en-GB', description: 'BCP 47.', ...options },
    ),
  );
}

export function BooleanField(options: FieldOptions = {}): PropertyDecorator {
  return applyDecorators(
    convert((value, { isText }) => (isText && value === 'true' ? true : isText && value === 'false' ? false : value)),
    field(
      {
        code: 'boolean',
        says: 'must be true or false',
        check: (value) => typeof value === 'boolean',
        docs: { type: 'boolean' },
      },
      { example: true, ...options },
    ),
  );
}

export function UuidField(options: FieldOptions = {}): PropertyDecorator {
  return field(
    { code: 'uuid', says: 'must be a UUID', check: (value) => isUUID(value), docs: { type: 'string', format: 'uuid' } },
    { example: EXAMPLE_UUID, ...options },
  );
}

function canonicalLocale(tag: string): string | undefined {
  try {
    return Intl.getCanonicalLocales(tag)[0];
  } catch {
    return undefined;
  }
}

function readInteger(value: unknown, { isText }: Reading): unknown {
  return isText && typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value;
}

function readNumber(value: unknown, { isText }: Reading): unknown {
  return isText && typeof value === 'string' && /^-?\d{1,15}(\.\d{1,15})?$/.test(value) ? Number(value) : value;
}
