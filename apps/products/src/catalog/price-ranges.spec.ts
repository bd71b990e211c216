import { MAX_PRICE, parseMoney } from '@app/kernel';
import { rangeSql, rangeText } from './price-ranges.js';

/** What the SQL means. */
function rangeOf(price: number): number {
  for (const [, end, range] of rangeSql('price').matchAll(/WHEN price < (\d+) THEN (\d+)/g)) {
    if (price < Number(end)) return Number(range);
  }
  return Number(/ELSE (\d+) END$/.exec(rangeSql('price'))?.[1]);
}

describe('The ranges of prices', () => {
  it.each([
    [0, 'USD', '0.00-0.99'],
    [99, 'USD', '0.00-0.99'],
    [100, 'USD', '1.00-2.49'],
    [250, 'USD', '2.50-4.99'],
    [999, 'USD', '5.00-9.99'],
    [1_000, 'USD', '10.00-24.99'],
    [2_499, 'USD', '10.00-24.99'],
    [2_500, 'JPY', '2500-4999'],
    [1_000, 'KWD', '1.000-2.499'],
    [MAX_PRICE, 'USD', '50000000.00-99999999.99'],
  ])('%d minor units of %s are in %s', (price, currency, text) => {
    expect(rangeText(rangeOf(price), currency)).toBe(text);
  });

  it('have no gaps, and ends that can be asked for', () => {
    let next = 0;
    for (let range = 0; range <= rangeOf(MAX_PRICE); range++) {
      const [from, to] = rangeText(range, 'USD')
        .split('-')
        .map((end) => parseMoney(end, 'USD') as number);
      expect([range, from, rangeOf(next), rangeOf(to as number)]).toEqual([range, next, range, range]);
      next = (to as number) + 1;
    }
    expect(next - 1).toBe(MAX_PRICE);
  });
});
