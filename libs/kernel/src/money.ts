import { data } from 'currency-codes';

/** Decimals of each currency, from ISO 4217 itself: those of `Intl` are for display, and differ for 29 currencies. */
const DIGITS = new Map(data.map(({ code, digits }) => [code, digits]));

/** The currency codes of ISO 4217. */
export const CURRENCIES: readonly string[] = [...DIGITS.keys()];

/** The highest unit price, in minor units: 99999999.99 in a currency with two decimals. */
export const MAX_PRICE = 9_999_999_999;

const DECIMAL = /^(0|[1-9]\d*)(?:\.(\d+))?$/;

/**
 * Returns the number of decimals of a currency: 2 for USD, 0 for JPY, 3 for KWD.
 *
 * @throws Error for a code that is not in ISO 4217.
 */
export function currencyDigits(currency: string): number {
  const digits = DIGITS.get(currency);
  if (digits === undefined) throw new Error(`${currency} is not a currency of ISO 4217.`);
  return digits;
}

/**
 * Parses a decimal amount such as `"29.99"` (or a JSON number) into integer minor units of the currency. Returns
 * undefined for anything else: exponents, signs, more decimals than the currency has, more than a number holds exactly.
 */
export function parseMoney(value: unknown, currency: string): number | undefined {
  const digits = currencyDigits(currency);
  const text = typeof value === 'number' ? String(value) : value;
  const [, whole = '', fraction = ''] = (typeof text === 'string' && DECIMAL.exec(text)) || [];
  if (whole === '' || fraction.length > digits) return undefined;
  const minor = Number(whole + fraction.padEnd(digits, '0'));
  return Number.isSafeInteger(minor) ? minor : undefined;
}

/** Formats integer minor units as a decimal string with exactly the decimals of the currency. */
export function formatMoney(minor: number, currency: string): string {
  const digits = currencyDigits(currency);
  const text = String(Math.abs(minor)).padStart(digits + 1, '0');
  const point = text.length - digits;
  return `${minor < 0 ? '-' : ''}${text.slice(0, point)}${digits > 0 ? `.${text.slice(point)}` : ''}`;
}

/** A rate of 1. Rates are integers in parts per million: 190,000 is 19 %. */
export const PER_MILLION = 1_000_000;

/** Formats a rate as a decimal string without needless zeros: 190,000 as `"0.19"`. */
export function formatRate(rate: number): string {
  const text = String(rate).padStart(7, '0');
  const [whole, fraction] = [text.slice(0, -6), text.slice(-6).replace(/0+$/, '')];
  return fraction === '' ? whole : `${whole}.${fraction}`;
}

/**
 * Parses a rate of 0 to 1 with up to six decimals, such as `"0.19"` (or a JSON number), into parts per million. Returns
 * undefined for anything else.
 */
export function parseRate(value: unknown): number | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string' || !/^(0|1|0\.\d{1,6})$/.test(text)) return undefined;
  const [whole = '', fraction = ''] = text.split('.');
  return Number(whole + fraction.padEnd(6, '0'));
}

/**
 * Returns `amount × numerator ÷ denominator`, rounded half up: `roundHalfUp(net, rate, PER_MILLION)` is the tax on a net
 * amount, `roundHalfUp(gross, rate, PER_MILLION + rate)` the tax within a gross one. Money is rounded nowhere else.
 *
 * @throws RangeError if an argument or the result is no integer from 0 to 2^53 - 1, or the denominator is 0.
 */
export function roundHalfUp(amount: number, numerator: number, denominator: number): number {
  const [half, whole] = [big(denominator), 2n * big(denominator)];
  return exact(Number((2n * big(amount) * big(numerator) + half) / whole));
}

/**
 * Divides minor units by weight, as the largest remainder method does: the parts sum to `total`, and each is less than
 * one unit from its exact share. The units left over go to the largest remainders, of equal ones to the first. A weight
 * of 0 gets nothing, unless there is no other: then all get the same.
 *
 * @throws RangeError if a number is no integer from 0 to 2^53 - 1, or there is a total and no weight.
 */
export function allocate(total: number, weights: readonly number[]): number[] {
  const given = weights.map(big);
  const counted = given.some((weight) => weight > 0n) ? given : given.map(() => 1n);
  const sum = counted.reduce((all, weight) => all + weight, 0n);
  if (sum === 0n && exact(total) > 0) throw new RangeError('An amount cannot be allocated to nothing.');
  const shares = counted.map((weight) => {
    const product = big(total) * weight;
    return { part: Number(product / sum), remainder: product % sum };
  });
  const left = shares.reduce((rest, { part }) => rest - part, total);
  const largestFirst = shares.toSorted((a, b) => Number(b.remainder - a.remainder));
  for (const share of largestFirst.slice(0, left)) share.part += 1;
  return shares.map(({ part }) => part);
}

function exact(value: number): number {
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new RangeError(`${value} is no integer from 0 to 2^53 - 1.`);
}

function big(value: number): bigint {
  return BigInt(exact(value));
}
