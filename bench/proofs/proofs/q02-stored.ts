import { isDeepStrictEqual } from 'node:util';
import { parseRate } from '@app/kernel';
import fc from 'fast-check';
import { toQuoteResponse } from '../../../apps/orders/src/pricing/dto/quote-response.dto.js';
import { isRounded } from '../../../test/support/random-carts.js';
import { exactly, info, none } from '../frame/figures.js';
import { ask } from '../frame/http.js';
import { pricingSeed } from '../frame/pricing.js';
import type { Proof } from '../frame/proof.js';
import { Shop } from '../frame/shop.js';
import { type Basket, basketsOf, CURRENCY, minor, quoteOf, storePricing } from '../frame/stored-pricing.js';

/** Products, rates and methods are stored through the API, and anybody asks for quotes, in both modes of prices. */
export const storedQuotes: Proof = {
  name: 'Q2-stored',
  failure: 'a quote over the wire differs from the function and from exact numbers',
  mutants: ['quotes-by-number'],
  async run(stage) {
    const platform = await stage.platform({ services: ['users', 'products', 'orders'] });
    const inclusive = await platform.another('orders', { PRICES_INCLUDE_TAX: 'true' });
    const sides = [
      { base: platform.services.orders.url, included: false },
      { base: inclusive.url, included: true },
    ];
    const seed = pricingSeed();
    const stored = await storePricing(await Shop.open(platform), seed);
    const random = fc.sample(basketsOf(stored), { numRuns: stage.amount(500, 60), seed });
    const baskets = [halfACent(stored.goods[0]?.product_id ?? 0), ...random];
    const counts = { asked: 0, refused: 0, differing: 0, inexact: 0 };
    for (const basket of baskets) {
      for (const { base, included } of sides) {
        const { status, body } = await ask(`${base}/quotes`, { method: 'POST', body: basket });
        const wanted = quoteOf(stored, basket, included);
        const asWanted = wanted ? isDeepStrictEqual(body, toQuoteResponse(wanted, CURRENCY)) : status === 409;
        counts.asked += 1;
        counts.refused += wanted ? 0 : 1;
        counts.differing += asWanted ? 0 : 1;
        counts.inexact += status === 200 && !isExact(body, included) ? 1 : 0;
      }
      stage.progress(`${counts.asked} quotes`);
    }
    return [
      exactly('quotes', counts.asked, baskets.length * sides.length),
      info('refused', counts.refused),
      none('other than the function', counts.differing),
      none('more than half a cent wrong', counts.inexact),
      info('seed', seed),
    ];
  },
};

const halfACent = (product_id: number): Basket => ({
  items: [{ product_id, quantity: 1 }],
  shipping_address: { name: 'Ann', line1: 'Street 1', city: 'Town', country: 'GB' },
  shipping_method_id: null,
});

function isExact(body: Record<string, unknown>, pricesIncludeTax: boolean): boolean {
  const items = body['items'] as { line_total: string; tax_rate: string; tax_total: string }[];
  return items.every(({ line_total, tax_rate, tax_total }) => {
    const [amount, tax, rate] = [minor(line_total), minor(tax_total), parseRate(tax_rate) ?? Number.NaN];
    return isRounded({ amount, rate, tax, pricesIncludeTax });
  });
}
