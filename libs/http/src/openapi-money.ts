import { currencyDigits, formatMoney } from '@app/kernel';
import type { OpenAPIObject } from '@nestjs/swagger';
import { AMOUNT, type Amount, CURRENCY_CODE } from './money-field.js';

/** A schema property, or a parameter, which keeps its pattern in its schema. */
interface Place {
  [AMOUNT]?: Amount;
  [CURRENCY_CODE]?: true;
  pattern?: string;
  example?: unknown;
  description?: string;
  schema?: { pattern?: string };
}

/** Documents amounts in the app's currency: number of decimals, limits, and an example. */
export function documentMoney({ components, paths }: OpenAPIObject, currency: string | undefined): void {
  const schemas = Object.values(components?.schemas ?? {}) as { properties?: Record<string, Place> }[];
  const operations = Object.values(paths).flatMap((item) => Object.values(item) as { parameters?: Place[] }[]);
  const places = [
    ...schemas.flatMap(({ properties = {} }) => Object.values(properties)),
    ...operations.flatMap(({ parameters = [] }) => parameters),
  ];
  for (const place of places) describe(place, currency);
}

function describe(place: Place, currency: string | undefined): void {
  const { [AMOUNT]: amount, [CURRENCY_CODE]: isCode } = place;
  if (!amount && !isCode) return;
  if (currency === undefined) throw new Error('This document has amounts: tell createHttpApp the currency.');
  delete place[AMOUNT];
  delete place[CURRENCY_CODE];
  place.example = amount ? formatMoney(amount.example, currency) : currency;
  if (!amount) return;
  (place.schema ?? place).pattern = patternOf(amount.max, currencyDigits(currency));
  if (!amount.bounded) return;
  const bounds = `From ${formatMoney(amount.min, currency)} to ${formatMoney(amount.max, currency)}.`;
  place.description = place.description === undefined ? bounds : `${place.description} ${bounds}`;
}

function patternOf(max: number, digits: number): string {
  const whole = Math.max(1, String(max).length - digits);
  return `^(0|[1-9]\\d{0,${whole - 1}})${digits > 0 ? `(\\.\\d{1,${digits}})?` : ''}$`;
}
