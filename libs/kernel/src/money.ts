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
