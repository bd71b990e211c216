import { applyDecorators } from '@nestjs/common';
import type { ApiPropertyOptions } from '@nestjs/swagger';
import { formatMoney, MAX_PRICE, parseMoney, parseRate, PER_MILLION } from '@app/kernel';
import { convert, field, type FieldOptions } from './field.js';
import type { Reading } from './reading.js';

/** Limits and example of an amount in minor units; the document shows them in the app's currency. */
export interface Amount {
  min: number;
  max: number;
  bounded: boolean;
  example: number;
}

/** Schema key that holds an amount until the document's currency is known. */
export const AMOUNT = 'x-amount';
/** The same for the code of the currency itself. */
export const CURRENCY_CODE = 'x-currency-code';

export interface MoneyOptions extends Omit<FieldOptions, 'example'> {
  /** Minor units; default 0. */
  min?: number;
  /** Minor units; default `MAX_PRICE`. */
  max?: number;
  /** Minor units. */
  example?: number;
}

/**
 * An amount of money in the app's currency. A request may send `"29.99"` or the number 29.99 and yields integer minor
 * units. In a response class it documents the decimal string.
 */
export function MoneyField(options: MoneyOptions = {}): PropertyDecorator {
  const { min = 0, max = MAX_PRICE, example = 2_999, ...others } = options;
  const amount: Amount = { min, max, example, bounded: options.min !== undefined };
  return applyDecorators(
    convert(readMoney),
    field(
      {
        code: 'money',
        says: (reading) => {
          const [least, most, sample] = [min, max, example].map((minor) => formatMoney(minor, currencyOf(reading)));
          return `must be an amount such as "${sample}", from ${least} to ${most}`;
        },
        check: (value) => Number.isInteger(value) && (value as number) >= min && (value as number) <= max,
        docs: { type: 'string', [AMOUNT]: amount } as ApiPropertyOptions,
      },
      others,
    ),
  );
}

/** A rate of 0 to 1 with up to six decimals. A request yields parts per million; a response class documents the text. */
export function RateField(options: FieldOptions = {}): PropertyDecorator {
  return applyDecorators(
    convert((value) =>
      typeof value === 'string' || typeof value === 'number' ? (parseRate(value) ?? Number.NaN) : value,
    ),
    field(
      {
        code: 'rate',
        says: 'must be a rate such as "0.19", from 0 to 1 with up to six decimals',
        check: (value) => Number.isInteger(value) && (value as number) >= 0 && (value as number) <= PER_MILLION,
        docs: { type: 'string', minLength: 1, maxLength: 8, pattern: '^(0|1|0\\.\\d{1,6})$' },
      },
      { example: '0.19', description: 'Of 1.', ...options },
    ),
  );
}

/** In a response: the ISO 4217 code of the app's currency. */
export function CurrencyField(options: Omit<FieldOptions, 'example'> = {}): PropertyDecorator {
  const docs = { type: 'string', minLength: 3, maxLength: 3, [CURRENCY_CODE]: true } as ApiPropertyOptions;
  const rule = {
    code: 'currency',
    says: 'must be a currency',
    check: (value: unknown) => typeof value === 'string',
    docs,
  };
  return field(rule, { description: 'ISO 4217.', ...options });
}

function readMoney(value: unknown, reading: Reading): unknown {
  if (typeof value !== 'string' && typeof value !== 'number') return value;
  return parseMoney(value, currencyOf(reading)) ?? Number.NaN;
}

function currencyOf({ currency }: Reading): string {
  if (currency === undefined)
    throw new Error('This app has amounts: tell createHttpApp (or ContractPipe) the currency.');
  return currency;
}
