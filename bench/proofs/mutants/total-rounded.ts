import { totalRounded } from '../../../test/support/quote-mutants.js';
import type { Answer, Cart } from '../../../test/support/random-carts.js';
import { replaceExports } from '../frame/replaced-exports.js';

/** Rounds the total of the tax, and not each line. */
replaceExports('/pricing/quote.js', ['quote'], import.meta.url);

export const mutate = ({ quote }: { quote: (cart: Cart) => Answer }) => ({
  quote: (cart: Cart) => totalRounded(cart, quote(cart)),
});
