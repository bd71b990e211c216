import { applyDecorators } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { ValidateBy, ValidateIf } from 'class-validator';
import { type FieldPlan, planField } from './quick-read.js';

/** What every field decorator takes. */
export interface FieldOptions {
  /** The field may be left out. */
  optional?: boolean;
  /** The field may be null. */
  nullable?: boolean;
  example?: unknown;
  description?: string;
}

/** The class-transformer group of values that arrive as text (queries), where `"20"` means 20. */
export const TEXT_VALUES = 'text';

/** How a field is documented and checked; `says` finishes the sentence "name …". */
export interface FieldRule {
  code: string;
  says: string;
  check: (value: unknown) => boolean;
  docs: ApiPropertyOptions;
}

/** One check with one code and one sentence per field, and its documentation. */
export function field(rule: FieldRule, options: FieldOptions): PropertyDecorator {
  const { optional = false, nullable = false, example, description } = options;
  return applyDecorators(
    planned({ optional, nullable, check: rule.check }),
    ValidateIf((_, value) => !(optional && value === undefined) && !(nullable && value === null)),
    ValidateBy({
      name: rule.code,
      validator: { validate: (value) => rule.check(value), defaultMessage: () => `$property ${rule.says}.` },
    }),
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
export function convert(to: (value: unknown, isText: boolean) => unknown): PropertyDecorator {
  return applyDecorators(
    planned({ convert: to }),
    Transform(({ value, options }) => to(value as unknown, options.groups?.includes(TEXT_VALUES) ?? false), {
      toClassOnly: true,
    }),
  );
}

/** Notes a part of how a field is read quickly. */
export function planned(part: Partial<FieldPlan>): PropertyDecorator {
  return (prototype, name) => planField(prototype, String(name), part);
}
