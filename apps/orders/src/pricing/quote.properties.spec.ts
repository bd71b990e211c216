import fc from 'fast-check';
import { numberArithmetic, type QuoteMutant, totalRounded } from '../../../../test/support/quote-mutants.js';
import { addsUp, ignoresOrder, isExact } from '../../../../test/support/quote-properties.js';
import { quote } from './quote.js';

/** `npm run prove -- pricing` runs 100,000; a commit fewer. */
const numRuns = 1_000;

describe('any quote', () => {
  it('adds up: lines, tax lines and shipping are the totals, and nothing is negative', () =>
    fc.assert(addsUp(quote), { numRuns }));

  it('is the same for lines in another order', () => fc.assert(ignoresOrder(quote), { numRuns }));

  it('is within half a minor unit of the exact amounts, half of one rounded up', () =>
    fc.assert(isExact(quote), { numRuns }));

  it.each<[string, typeof addsUp, QuoteMutant]>([
    ['the total is rounded', addsUp, totalRounded],
    ['rates are binary fractions', isExact, numberArithmetic],
  ])('would not be, if %s', (_, property, mutant) => {
    const { failed } = fc.check(
      property((cart) => mutant(cart, quote(cart))),
      { numRuns: 100_000, endOnFailure: true },
    );
    expect(failed).toBe(true);
  });
});
