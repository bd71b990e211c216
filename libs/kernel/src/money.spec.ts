import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import {
  allocate,
  CURRENCIES,
  currencyDigits,
  formatMoney,
  formatRate,
  MAX_PRICE,
  parseMoney,
  parseRate,
  PER_MILLION,
  roundHalfUp,
} from './money.js';

const MAX = Number.MAX_SAFE_INTEGER;

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

  it.each([
    [0, '0'],
    [190_000, '0.19'],
    [88_755, '0.088755'],
    [1, '0.000001'],
    [500_000, '0.5'],
    [PER_MILLION, '1'],
    [1_250_000, '1.25'],
  ])('writes the rate %i as %s', (rate, text) => {
    expect(formatRate(rate)).toBe(text);
  });

  it.each([
    ['0.19', 190_000],
    [0.19, 190_000],
    ['0.149750', 149_750],
    [1e-6, 1],
    ['0', 0],
    ['1', PER_MILLION],
    ['1.1', undefined],
    ['0.1234567', undefined],
    ['.5', undefined],
    ['-0.1', undefined],
    [1e-7, undefined],
    [null, undefined],
  ])('reads the rate %p as %p', (value, rate) => {
    expect(parseRate(value)).toBe(rate);
    if (rate !== undefined) expect(parseRate(formatRate(rate))).toBe(rate);
  });

  it('rejects a currency that ISO 4217 does not have', () => {
    expect(() => formatMoney(1, 'ZZZ')).toThrow('ZZZ is not a currency of ISO 4217.');
  });
});

describe('rounding', () => {
  it('is half up, as exact as with rational numbers', () => {
    const rates = fc.oneof(fc.nat({ max: PER_MILLION }), fc.maxSafeNat());
    const divisors = fc.oneof(fc.integer({ min: 1, max: 2 * PER_MILLION }), fc.integer({ min: 1, max: MAX }));
    fc.assert(
      fc.property(fc.maxSafeNat(), rates, divisors, (amount, numerator, denominator) => {
        const product = BigInt(amount) * BigInt(numerator);
        fc.pre(product / BigInt(denominator) < MAX);
        // r - 1/2 <= product / denominator < r + 1/2, without a division.
        const twice = 2n * BigInt(roundHalfUp(amount, numerator, denominator));
        expect((twice - 1n) * BigInt(denominator) <= 2n * product).toBe(true);
        expect(2n * product < (twice + 1n) * BigInt(denominator)).toBe(true);
      }),
    );
  });

  it.each([
    [1, 1, 2, 1],
    [3, 1, 2, 2],
    [1, 1, 3, 0],
    [2, 1, 3, 1],
    [0, 190_000, PER_MILLION, 0],
    [1_999, 190_000, PER_MILLION, 380],
    [250, 190_000, PER_MILLION, 48],
    // 19 % within 11.90, and a rate with six decimals.
    [1_190, 190_000, PER_MILLION + 190_000, 190],
    [100_000, 88_755, PER_MILLION, 8_876],
    // The product is beyond what a number holds.
    [999_999_999_900_000, 190_000, PER_MILLION, 189_999_999_981_000],
  ])('makes %i × %i ÷ %i to %i', (amount, numerator, denominator, expected) => {
    expect(roundHalfUp(amount, numerator, denominator)).toBe(expected);
  });

  it.each([
    [-1, 1, 1],
    [1, -1, 1],
    [1, 1, -1],
    [1, 1, 0],
    [0.5, 1, 1],
    [1, 0.19, 1],
    [Number.NaN, 1, 1],
    [MAX, 2, 1],
  ])('refuses %p × %p ÷ %p', (amount, numerator, denominator) => {
    expect(() => roundHalfUp(amount, numerator, denominator)).toThrow(RangeError);
  });
});

describe('allocation', () => {
  const weights = fc.array(fc.oneof(fc.nat({ max: 3 }), fc.nat({ max: 10_000 }), fc.maxSafeNat()), {
    minLength: 1,
    maxLength: 100,
  });
  const totals = fc.oneof(fc.nat({ max: 200 }), fc.maxSafeNat());

  it('has parts that sum to the whole, each less than one unit from its exact share', () => {
    fc.assert(
      fc.property(totals, weights, (total, given) => {
        const counted = given.some((weight) => weight > 0) ? given : given.map(() => 1);
        const sum = counted.reduce((all, weight) => all + BigInt(weight), 0n);
        const parts = allocate(total, given);
        expect(parts.reduce((all, part) => all + BigInt(part), 0n)).toBe(BigInt(total));
        counted.forEach((weight, index) => {
          const error = BigInt(parts[index] ?? NaN) * sum - BigInt(total) * BigInt(weight);
          expect(-sum < error && error < sum).toBe(true);
        });
      }),
    );
  });

  it('gives the units left over to the largest remainders, of equal ones to the first', () => {
    fc.assert(
      fc.property(totals, weights, (total, given) => {
        const sum = given.reduce((all, weight) => all + BigInt(weight), 0n);
        fc.pre(sum > 0n);
        const shares = allocate(total, given).map((part, index) => {
          const product = BigInt(total) * BigInt(given[index] ?? NaN);
          return { index, gotMore: BigInt(part) > product / sum, remainder: product % sum };
        });
        shares.sort((a, b) => Number(b.remainder - a.remainder) || a.index - b.index);
        const firstWithout = shares.findIndex(({ gotMore }) => !gotMore);
        expect(shares.slice(firstWithout).some(({ gotMore }) => gotMore)).toBe(false);
      }),
    );
  });

  it.each([
    [100, [1, 1, 1], [34, 33, 33]],
    [5, [3, 7], [2, 3]],
    [1, [0, 1, 1], [0, 1, 0]],
    [7, [0, 0, 5], [0, 0, 7]],
    [5, [0, 0], [3, 2]],
    [0, [3, 7], [0, 0]],
    [0, [], []],
  ])('divides %i by %j into %j', (total, given, parts) => {
    expect(allocate(total, given)).toEqual(parts);
  });

  it.each([
    [1, []],
    [-1, [1]],
    [0.5, [1]],
    [1, [-1, 2]],
    [1, [0.5, 0.5]],
  ])('refuses %p by %p', (total, given) => {
    expect(() => allocate(total, given)).toThrow(RangeError);
  });
});
