import { numberArithmetic } from '../../../test/support/quote-mutants.js';
import type { Answer, Cart } from '../../../test/support/random-carts.js';
import { replaceExports } from '../frame/replaced-exports.js';

/** Computes tax with binary fractions. */
replaceExports('/pricing/quote.js', ['quote'], import.meta.url);

export const mutate = ({ quote }: { quote: (cart: Cart) => Answer }) => ({
  quote: (cart: Cart) => numberArithmetic(cart, quote(cart)),
});
