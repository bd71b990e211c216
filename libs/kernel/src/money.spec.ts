import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { CURRENCIES, currencyDigits, formatMoney, MAX_PRICE, parseMoney } from './money.js';

/** ISO's own list, in which metals and test codes have no digits. */
const LIST = readFileSync('node_modules/currency-codes/iso-4217-list-one.xml', 'utf8');
const STANDARD = new Map(
  [...LIST.matchAll(/<Ccy>(\w+)<\/Ccy>[^]*?<CcyMnrUnts>(.+?)<\/CcyMnrUnts>/g)].map(([, code = '', digits]) => [
    code,
    digits === 'N.A.' ? 0 : Number(digits),
  ]),
);

/** What a browser displays: the wrong source for amounts. */
const shownDigits = (currency: string): number =>
  new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;

describe('money', () => {
  it('is unchanged after writing and reading, in every currency of ISO 4217', () => {
    expect([...CURRENCIES].sort()).toEqual([...STANDARD.keys()].sort());
    expect(CURRENCIES.length).toBeGreaterThan(170);
    const amounts = fc.oneof(fc.nat({ max: 10_000 }), fc.nat({ max: MAX_PRICE }), fc.maxSafeNat());
    for (const currency of CURRENCIES) {
      fc.assert(
        fc.property(amounts, (minor) => {
          const text = formatMoney(minor, currency);
          expect(parseMoney(text, currency)).toBe(minor);
          expect(text.split('.')[1]?.length ?? 0).toBe(STANDARD.get(currency));
        }),
        { numRuns: 30 },
      );
    }
  });

  it.each([
    ['USD', 2],
    ['JPY', 0],
    ['KWD', 3],
    ['CLF', 4],
    // Intl displays fewer digits than ISO 4217 has.
    ['HUF', 2],
    ['IDR', 2],
    ['COP', 2],
    ['PKR', 2],
    ['IQD', 3],
  ])('has the digits that ISO 4217 gives %s: %i', (currency, digits) => {
    expect(currencyDigits(currency)).toBe(digits);
  });

  it('would be wrong by powers of ten with the digits of Intl', () => {
    const differing = CURRENCIES.filter((currency) => shownDigits(currency) !== currencyDigits(currency));
    expect(differing).toEqual(expect.arrayContaining(['HUF', 'IDR', 'COP', 'PKR', 'IQD']));
  });

  it.each([
    ['1200', 'JPY', 1_200],
    [1_200, 'JPY', 1_200],
    ['1200.5', 'JPY', undefined],
    ['1200.0', 'JPY', undefined],
    ['12', 'KWD', 12_000],
    ['12.345', 'KWD', 12_345],
    [12.345, 'KWD', 12_345],
    ['12.345', 'USD', undefined],
    [1e2, 'USD', 10_000],
    [-0, 'USD', 0],
    ['-0', 'USD', undefined],
    ['1e2', 'USD', undefined],
    ['012', 'USD', undefined],
    ['12.', 'USD', undefined],
    ['1_000', 'USD', undefined],
    ['٣', 'USD', undefined],
    ['90071992547409.91', 'USD', Number.MAX_SAFE_INTEGER],
    ['90071992547409.92', 'USD', undefined],
    [1e21, 'USD', undefined],
    [0.1 + 0.2, 'USD', undefined],
    ['1'.repeat(400), 'USD', undefined],
    [null, 'USD', undefined],
  ])('reads %p in %s as %p', (value, currency, minor) => {
    expect(parseMoney(value, currency)).toBe(minor);
  });

  it('is written with its sign', () => {
    expect([formatMoney(-5, 'USD'), formatMoney(-5, 'JPY'), formatMoney(0, 'KWD')]).toEqual(['-0.05', '-5', '0.000']);
  });

  it('rejects a currency that ISO 4217 does not have', () => {
    expect(() => formatMoney(1, 'ZZZ')).toThrow('ZZZ is not a currency of ISO 4217.');
  });
});
