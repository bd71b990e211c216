import { PER_MILLION } from '@app/kernel';
import type { Answer, Cart } from './random-carts.js';

/** A fault of the kind that shops have had: what it makes of the right answer. */
export type QuoteMutant = (cart: Pick<Cart, 'pricesIncludeTax'>, answer: Answer) => Answer;

/** Adds up exact taxes, and rounds their total. */
export const totalRounded: QuoteMutant = ({ pricesIncludeTax }, answer) => {
  const exact = answer.lines.reduce((tax, { lineTotal, taxRate }) => {
    return tax + (lineTotal * taxRate) / (PER_MILLION + (pricesIncludeTax ? taxRate : 0));
  }, 0);
  return { ...answer, taxTotal: Math.round(exact) };
};

/** Multiplies by the rate as a binary fraction. */
export const numberArithmetic: QuoteMutant = ({ pricesIncludeTax }, answer) => ({
  ...answer,
  lines: answer.lines.map((line) => {
    const rate = line.taxRate / PER_MILLION;
    const tax = pricesIncludeTax ? line.lineTotal - line.lineTotal / (1 + rate) : line.lineTotal * rate;
    return { ...line, taxTotal: Math.round(tax) };
  }),
});
