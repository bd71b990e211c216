import { isDeepStrictEqual } from 'node:util';
import { PER_MILLION } from '@app/kernel';
import fc from 'fast-check';
import { type Cart, carts, wrongRoundings, wrongSums } from '../../../../test/support/random-carts.js';
import { type Quote, quote } from './quote.js';

/** QUOTE_RUNS=100000 is the proof; a commit runs fewer. */
const numRuns = Number(process.env['QUOTE_RUNS'] ?? 1_000);

type Answer = Quote<Cart['lines'][number]>;

/** A fault of the kind that shops have had. */
type Mutant = (cart: Cart, answer: Answer) => Answer;

const totalRounded: Mutant = ({ pricesIncludeTax }, answer) => {
  const exact = answer.lines.reduce((tax, { lineTotal, taxRate }) => {
    return tax + (lineTotal * taxRate) / (PER_MILLION + (pricesIncludeTax ? taxRate : 0));
  }, 0);
  return { ...answer, taxTotal: Math.round(exact) };
};

const numberArithmetic: Mutant = ({ pricesIncludeTax }, answer) => ({
  ...answer,
  lines: answer.lines.map((line) => {
    const rate = line.taxRate / PER_MILLION;
    const tax = pricesIncludeTax ? line.lineTotal - line.lineTotal / (1 + rate) : line.lineTotal * rate;
    return { ...line, taxTotal: Math.round(tax) };
  }),
});

const failing = (wrong: typeof wrongSums, mutant: Mutant) =>
  fc.check(
    fc.property(carts, (cart) => wrong(cart, mutant(cart, quote(cart))).length === 0),
    { numRuns: 100_000, endOnFailure: true },
  ).failed;

describe('any quote', () => {
  it('adds up: lines, tax lines and shipping are the totals, and nothing is negative', () => {
    fc.assert(
      fc.property(carts, (cart) => expect(wrongSums(cart, quote(cart))).toEqual([])),
      { numRuns },
    );
    expect(failing(wrongSums, totalRounded)).toBe(true);
  });

  it('is the same for lines in another order', () => {
    const shuffled = carts.chain((cart) =>
      fc.shuffledSubarray([...cart.lines], { minLength: cart.lines.length }).map((lines) => ({ cart, lines })),
    );
    fc.assert(
      fc.property(shuffled, ({ cart, lines }) => {
        const byId = ({ lines: quoted, ...totals }: Answer) => ({
          ...totals,
          lines: quoted.toSorted((a, b) => a.product_id - b.product_id),
        });
        expect(isDeepStrictEqual(byId(quote({ ...cart, lines })), byId(quote(cart)))).toBe(true);
      }),
      { numRuns },
    );
  });

  it('is within half a minor unit of the exact amounts, half of one rounded up', () => {
    fc.assert(
      fc.property(carts, (cart) => expect(wrongRoundings(cart, quote(cart))).toEqual([])),
      { numRuns },
    );
    expect(failing(wrongRoundings, numberArithmetic)).toBe(true);
  });
});
