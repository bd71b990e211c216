import { applyDecorators } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { ValidateBy, ValidateIf } from 'class-validator';
import type { ClassTransformOptions } from 'class-transformer';
import { type FieldPlan, planField } from './quick-read.js';
import type { Reading } from './reading.js';

/** Options of every field decorator. */
export interface FieldOptions {
  /** The field may be left out. */
  optional?: boolean;
  /** The field may be null. */
  nullable?: boolean;
  example?: unknown;
  description?: string;
}

/** Passes the reading through class-transformer to the fields' conversions. */
export interface ReadingOptions extends ClassTransformOptions {
  reading: Reading;
}

/** How a field is documented and checked; `says` completes the sentence "name …", if necessary per reading. */
export interface FieldRule {
  code: string;
  says: string | SaysFor;
  check: (value: unknown) => boolean;
  docs: ApiPropertyOptions;
}

/** Stored with a class-validator rule whose message depends on the reading. */
export type SaysFor = (reading: Reading) => string;

/** Adds one check with one code and one message, and the documentation of the field. */
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

/** Converts before the check; a value that cannot be converted stays as it is and fails the check. */
export function convert(to: (value: unknown, reading: Reading) => unknown): PropertyDecorator {
  return applyDecorators(
    planned({ convert: to }),
    Transform(({ value, options }) => to(value as unknown, (options as ReadingOptions).reading), { toClassOnly: true }),
  );
}

/** Adds a part of the plan by which `quickRead` reads the field. */
export function planned(part: Partial<FieldPlan>): PropertyDecorator {
  return (prototype, name) => planField(prototype, String(name), part);
}
