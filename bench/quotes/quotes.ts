import { PER_MILLION } from '@app/kernel';
import { columns } from '../../apps/ops/src/context/table.js';
import { quote } from '../../apps/orders/src/pricing/quote.js';
import type { Cart } from '../../test/support/random-carts.js';
import { median } from '../catalog/shots.js';

/** Quotes per second, on one core. */
const MUST = 5_000;
const SIZES = [1, 5, 20];
const [CATEGORIES, PERIODS, METHODS, STEPS] = [20, 10, 10, 5];
const ROUND_MS = 200;
const ROUNDS = { full: 15, quick: 5 };
const NOW = new Date('2026-11-30T12:00:00Z');

/** Measures the pure function in this process, in turns with plain arithmetic that keeps no promise. */
export function benchQuotes({ quick }: { quick: boolean }): boolean {
  const rows = SIZES.map((size) => measure(cartOf(size), quick ? ROUNDS.quick : ROUNDS.full));
  console.log(`${CATEGORIES * PERIODS} tax rates and ${METHODS} shipping methods, one core:`);
  console.log(
    columns([
      ['lines', 'quotes/s', 'raw/s', 'ratio', 'must', ''],
      ...rows.map(({ size, own, raw }) => [
        ...[size, Math.round(own), Math.round(raw), (own / raw).toFixed(2), MUST],
        own >= MUST ? 'good' : 'BELOW',
      ]),
    ]),
  );
  return rows.every(({ own }) => own >= MUST);
}

function measure(cart: Cart, rounds: number): { size: number; own: number; raw: number } {
  if (rawQuote(cart) !== quote(cart).orderTotal) throw new Error('The raw reference has another total.');
  const round = () => ({ own: perSecond(() => quote(cart).orderTotal), raw: perSecond(() => rawQuote(cart)) });
  // The first round compiles.
  const [, ...all] = Array.from({ length: rounds + 1 }, round);
  return { size: cart.lines.length, own: median(all.map(({ own }) => own)), raw: median(all.map(({ raw }) => raw)) };
}

function perSecond(work: () => number): number {
  const began = performance.now();
  let [done, sum] = [0, 0];
  while (performance.now() - began < ROUND_MS) {
    for (let n = 0; n < 20; n++) sum += work();
    done += 20;
  }
  if (!Number.isFinite(sum)) throw new Error('A quote has no total.');
  return (done * 1_000) / (performance.now() - began);
}

/** What a shop without promises does: binary fractions, one pass, no tax lines and no offers. */
function rawQuote({ lines, rules, methods, shippingMethodId, at }: Cart): number {
  let [items, tax, weight, shippingRate] = [0, 0, 0, 0];
  for (const line of lines) {
    let best: Cart['rules'][number] | undefined;
    for (const rule of rules) {
      if (rule.taxCategory !== line.tax_category || rule.country !== 'GB') continue;
      if ((rule.validFrom && rule.validFrom > at) || (rule.validTo && rule.validTo <= at)) continue;
      if (!best || (rule.validFrom?.getTime() ?? 0) > (best.validFrom?.getTime() ?? 0)) best = rule;
    }
    const cost = line.price * line.quantity;
    const rate = (best?.rate ?? 0) / PER_MILLION;
    items += cost;
    weight += (line.weight_grams ?? 0) * line.quantity;
    tax += Math.floor(cost * rate + 0.5);
    if (best?.includesShipping) shippingRate = Math.max(shippingRate, rate);
  }
  const method = methods.find((each) => each.shippingMethodId === shippingMethodId);
  const measured = method?.by === 'weight' ? weight : items;
  const price = method?.steps.findLast(({ from }) => from <= measured)?.price ?? 0;
  return items + price + tax + Math.floor(price * shippingRate + 0.5);
}

/** All rates are of the place, and one of ten of a category is valid: what `forPlace` finds for a country at most. */
function cartOf(size: number): Cart {
  const rules = Array.from({ length: CATEGORIES * PERIODS }, (_, index) => ({
    ...{ taxRateId: index + 1, name: 'VAT', country: 'GB', region: null, postalPrefix: null },
    ...{ taxCategory: `category ${index % CATEGORIES}`, rate: 50_000 + index * 500, includesShipping: true },
    validFrom: new Date(Date.UTC(2017 + Math.floor(index / CATEGORIES), 0, 1)),
    validTo: new Date(Date.UTC(2018 + Math.floor(index / CATEGORIES), 0, 1)),
  }));
  const methods = Array.from({ length: METHODS }, (_, index) => ({
    ...{ shippingMethodId: index + 1, code: `m${index}`, name: 'A way', countries: ['GB', 'IE'], position: index },
    ...{ by: index % 2 === 0 ? ('subtotal' as const) : ('weight' as const), freeFrom: null, isActive: true },
    steps: Array.from({ length: STEPS }, (_step, step) => ({ from: step * 5_000, price: 990 - step * 100 })),
  }));
  const lines = Array.from({ length: size }, (_, index) => ({
    ...{ product_id: index + 1, quantity: (index % 3) + 1, price: 1_999 + index * 101, weight_grams: 250 },
    tax_category: `category ${index % CATEGORIES}`,
  }));
  const place = { country: 'GB', region: null, postalCode: 'SW1Y4JH' };
  return { lines, rules, methods, place, shippingMethodId: 1, pricesIncludeTax: false, at: NOW, currency: 'GBP' };
}
