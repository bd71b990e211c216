import { canonicalEmail, canonicalSender, CURRENCIES } from '@app/kernel';
import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { IsBoolean, IsIn, IsInt, IsOptional, IsString, Matches, Max, Min, ValidateBy } from 'class-validator';

const optional = (isOptional: boolean | undefined) => (isOptional ? [IsOptional()] : []);

/** A text variable, optionally with a pattern; `hint` completes the error message "NAME …". */
export function TextVariable(options: { optional?: boolean; pattern?: RegExp; hint?: string } = {}): PropertyDecorator {
  return applyDecorators(
    ...optional(options.optional),
    options.pattern
      ? Matches(options.pattern, { message: options.hint ?? `must match ${options.pattern.source}` })
      : IsString({ message: options.hint ?? 'must be set' }),
  );
}

/** Comma-separated browser origins, exactly as a browser sends them; `:*` allows every port, empty allows none. */
export function OriginsVariable(): PropertyDecorator {
  return TextVariable({
    pattern: /^\s*(?:https?:\/\/[\w.[\]:-]+(?::\*)?\s*(?:,\s*|$))*$/,
    hint: 'must be comma-separated origins without a path, such as https://shop.example or http://localhost:*',
  });
}

/** An e-mail address in canonical form. */
export function EmailVariable(options: { optional?: boolean } = {}): PropertyDecorator {
  return addressed(canonicalEmail, 'must be an e-mail address such as ada@example.com', options.optional);
}

/** A sender: an address, or a name followed by an address in angle brackets. */
export function SenderVariable(): PropertyDecorator {
  return addressed(canonicalSender, 'must be an address such as Shop <shop@example.com>');
}

function addressed(
  read: (text: string) => string | undefined,
  message: string,
  isOptional?: boolean,
): PropertyDecorator {
  return applyDecorators(
    ...optional(isOptional),
    Transform(({ value }) => (typeof value === 'string' ? (read(value) ?? value) : (value as unknown))),
    ValidateBy({
      name: 'address',
      validator: {
        validate: (value) => typeof value === 'string' && read(value) === value,
        defaultMessage: () => message,
      },
    }),
  );
}

export function ChoiceVariable(values: readonly string[]): PropertyDecorator {
  return applyDecorators(IsIn(values, { message: `must be one of ${values.join(', ')}` }));
}

/** An ISO 4217 currency code. */
export function CurrencyVariable(): PropertyDecorator {
  return applyDecorators(
    IsIn(CURRENCIES, { message: 'must be the code of a currency in ISO 4217, such as USD, JPY or KWD' }),
  );
}

export function IntegerVariable(options: { min: number; max: number; optional?: boolean }): PropertyDecorator {
  const message = `must be a whole number from ${options.min} to ${options.max}`;
  return applyDecorators(
    ...optional(options.optional),
    Transform(({ value }) => (typeof value === 'string' ? Number(value) : (value as unknown))),
    IsInt({ message }),
    Min(options.min, { message }),
    Max(options.max, { message }),
  );
}

export function BooleanVariable(): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }) => (value === 'true' ? true : value === 'false' ? false : (value as unknown))),
    IsBoolean({ message: 'must be true or false' }),
  );
}

const UNITS: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A duration such as `300ms`, `90s`, `5m`, `24h`; milliseconds in the config. A bare `0` disables the feature. */
export function DurationVariable(): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }) => (typeof value === 'string' ? parseDuration(value) : (value as unknown))),
    IsInt({ message: 'must be a duration such as 90s, 5m or 24h' }),
  );
}

export function parseDuration(text: string): number {
  const match = /^(\d{1,9})(ms|s|m|h|d)$/.exec(text);
  if (text === '0') return 0;
  return match ? Number(match[1]) * (UNITS[match[2] ?? ''] ?? Number.NaN) : Number.NaN;
}
