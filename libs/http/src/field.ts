import { applyDecorators } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { ValidateBy, ValidateIf } from 'class-validator';
import type { ClassTransformOptions } from 'class-transformer';
import { type FieldPlan, planField } from './quick-read.js';
import type { Reading } from './reading.js';

/** What every field decorator takes. */
export interface FieldOptions {
  /** The field may be left out. */
  optional?: boolean;
  /** The field may be null. */
  nullable?: boolean;
  example?: unknown;
  description?: string;
}

/** How class-transformer hands the reading on to the fields' conversions. */
export interface ReadingOptions extends ClassTransformOptions {
  reading: Reading;
}

/** How a field is documented and checked; `says` finishes the sentence "name …", where need be for a reading. */
export interface FieldRule {
  code: string;
  says: string | SaysFor;
  check: (value: unknown) => boolean;
  docs: ApiPropertyOptions;
}

/** What class-validator keeps with a rule whose sentence depends on the reading. */
export type SaysFor = (reading: Reading) => string;

/** One check with one code and one sentence per field, and its documentation. */
export function field(rule: FieldRule, options: FieldOptions): PropertyDecorator {
  const { optional = false, nullable = false, example, description } = options;
  return applyDecorators(
    planned({ optional, nullable, check: rule.check }),
    ValidateIf((_, value) => !(optional && value === undefined) && !(nullable && value === null)),
    ValidateBy(
      {
        name: rule.code,
        validator: { validate: (value) => rule.check(value), defaultMessage: () => `$property ${String(rule.says)}.` },
      },
      typeof rule.says === 'function' ? { context: { says: rule.says } } : {},
    ),
    ApiProperty({
      ...rule.docs,
      required: !optional,
      ...(nullable && { nullable }),
      ...(example !== undefined && { example }),
      ...(description !== undefined && { description }),
    } as ApiPropertyOptions),
  );
}

/** Converts before the check; what cannot be converted stays as it is and fails the check. */
export function convert(to: (value: unknown, reading: Reading) => unknown): PropertyDecorator {
  return applyDecorators(
    planned({ convert: to }),
    Transform(({ value, options }) => to(value as unknown, (options as ReadingOptions).reading), { toClassOnly: true }),
  );
}

/** Notes a part of how a field is read quickly. */
export function planned(part: Partial<FieldPlan>): PropertyDecorator {
  return (prototype, name) => planField(prototype, String(name), part);
}
