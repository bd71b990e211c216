import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { type Answer, type Cart, carts, wrongRoundings, wrongSums } from './random-carts.js';

type Quoting = (cart: Cart) => Answer;

const nothing = (wrong: readonly string[]): void => {
  if (wrong.length > 0) throw new Error(`${wrong.join('; ')}.`);
};

/** Lines, tax lines and shipping are the totals, and nothing is negative. */
export const addsUp = (quote: Quoting) => fc.property(carts, (cart) => nothing(wrongSums(cart, quote(cart))));

/** Every rounded amount is within half a minor unit of the exact one, half of one rounded up. */
export const isExact = (quote: Quoting) => fc.property(carts, (cart) => nothing(wrongRoundings(cart, quote(cart))));

/** Lines in another order cost the same. */
export const ignoresOrder = (quote: Quoting) =>
  fc.property(shuffled, ({ cart, lines }) => isDeepStrictEqual(byId(quote({ ...cart, lines })), byId(quote(cart))));

const shuffled = carts.chain((cart) =>
  fc.shuffledSubarray([...cart.lines], { minLength: cart.lines.length }).map((lines) => ({ cart, lines })),
);

const byId = ({ lines, ...totals }: Answer) => ({
  ...totals,
  lines: lines.toSorted((a, b) => a.product_id - b.product_id),
});
