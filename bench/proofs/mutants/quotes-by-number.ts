import 'reflect-metadata';
import { QuotesService } from '../../../apps/orders/src/pricing/quotes.service.js';

/** Computes the tax of quotes with binary fractions. */
const { quote } = QuotesService.prototype;
QuotesService.prototype.quote = async function (this: QuotesService, input) {
  const answer = await quote.call(this, input);
  const lines = answer.lines.map((line) => {
    const rate = line.taxRate / 1_000_000;
    const tax = answer.pricesIncludeTax ? line.lineTotal - line.lineTotal / (1 + rate) : line.lineTotal * rate;
    return { ...line, taxTotal: Math.round(tax) };
  });
  return { ...answer, lines };
};
