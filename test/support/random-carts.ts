import { MAX_LINES, MAX_QUANTITY } from '@app/events';
import { formatMoney, MAX_PRICE, parseMoney, PER_MILLION } from '@app/kernel';
import fc from 'fast-check';
import type { PricedLine, Quote, QuoteRequest } from '../../apps/orders/src/pricing/quote.js';
import type { ShippingTerms } from '../../apps/orders/src/pricing/shipping.js';
import type { TaxRule } from '../../apps/orders/src/pricing/tax.js';

export type Cart = QuoteRequest<PricedLine & { product_id: number }, ShippingTerms> & { currency: string };
export type Answer = Quote<Cart['lines'][number]>;

const CATEGORIES = ['standard', 'food', 'books', 'unknown'];
const NOON = new Date('2026-11-30T12:00:00Z');

/** Minor units: small amounts, where rounding is most of it, and the largest ones. */
const amounts = fc.oneof(
  fc.nat(99),
  fc.nat(999).map((n) => n * 50),
  fc.nat(99_999),
  fc.nat(MAX_PRICE),
  fc.constant(MAX_PRICE),
);

const rates = fc.oneof(
  fc.constantFrom(0, 190_000, 200_000, 149_750, 107_500, 145_000, 1, PER_MILLION),
  fc.nat(1_000).map((n) => n * 1_000),
  fc.nat(PER_MILLION),
);

const lines = fc
  .array(
    fc.record({
      quantity: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: MAX_QUANTITY })),
      price: amounts,
      weight_grams: fc.option(fc.nat(50_000)),
      tax_category: fc.constantFrom(...CATEGORIES),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map((few) => (few.length < 8 ? few : Array.from({ length: MAX_LINES / 8 }, () => few).flat()))
  .map((all) => all.map((line, index) => ({ ...line, product_id: index + 1 })));

/** A rule per category but one. */
const rules: fc.Arbitrary<TaxRule[]> = fc
  .tuple(...CATEGORIES.slice(0, 3).map(() => fc.tuple(rates, fc.boolean())))
  .map((all) =>
    all.map(([rate, includesShipping], index) => ({
      ...{ taxRateId: index + 1, name: `Tax ${index}`, country: 'GB', region: null, postalPrefix: null },
      ...{ taxCategory: CATEGORIES[index] ?? '', rate, includesShipping, validFrom: null, validTo: null },
    })),
  );

const methods: fc.Arbitrary<ShippingTerms[]> = fc
  .record({ by: fc.constantFrom('subtotal' as const, 'weight' as const), price: amounts, freeFrom: fc.option(amounts) })
  .map(({ price, ...terms }) => [
    {
      ...{ shippingMethodId: 1, code: 'parcel', name: 'Parcel', countries: [], position: 1, isActive: true },
      ...{ ...terms, steps: [{ from: 0, price }] },
    },
  ]);

export const carts: fc.Arbitrary<Cart> = fc.record({
  lines,
  rules,
  methods,
  place: fc.constant({ country: 'GB', region: null, postalCode: null }),
  shippingMethodId: fc.option(fc.constant(1), { nil: undefined }),
  pricesIncludeTax: fc.boolean(),
  at: fc.constant(NOON),
  // Of two digits, none and three.
  currency: fc.constantFrom('USD', 'JPY', 'KWD'),
});

/** Returns what is wrong about the sums of a quote. */
export function wrongSums({ pricesIncludeTax, currency }: Cart, quote: Answer): string[] {
  const { lines, itemsTotal, discountTotal, shippingTotal, taxTotal, orderTotal, taxLines } = quote;
  const taxOfLines = sum(lines.map((line) => line.taxTotal));
  const every = [itemsTotal, discountTotal, shippingTotal, taxTotal, orderTotal, taxTotal - taxOfLines];
  const ofLines = lines.flatMap((line) => [line.lineTotal, line.discountTotal, line.taxTotal]);
  const amounts = [...every, ...ofLines, ...taxLines.map(({ amount }) => amount)];
  const goods = sum(lines.map(({ lineTotal }) => lineTotal));
  return wrongOnes({
    'an amount is no whole number from 0': amounts.every((amount) => Number.isSafeInteger(amount) && amount >= 0),
    'an amount is another one when it is written': amounts.every((amount) => isKept(amount, currency)),
    'the lines are not the items': goods === itemsTotal - discountTotal,
    'the tax lines are not the tax': sum(taxLines.map(({ amount }) => amount)) === taxTotal,
    'there is tax without shipping or a line': quote.shippingMethod !== null || taxTotal === taxOfLines,
    'the sums are not the total': orderTotal === goods + shippingTotal + (pricesIncludeTax ? 0 : taxTotal),
    'more tax is included than is paid': !pricesIncludeTax || taxTotal <= orderTotal,
  });
}

/** Returns the amounts of tax that are further than half a minor unit from the exact ones, by BigInt. */
export function wrongRoundings({ rules, pricesIncludeTax }: Cart, quote: Answer): string[] {
  const ruleOf = (category: string) => rules.find(({ taxCategory }) => taxCategory === category);
  const isExact = (amount: number, rate: number, tax: number) => isRounded({ amount, rate, tax, pricesIncludeTax });
  const shippingRates = quote.lines
    .map(({ tax_category }) => ruleOf(tax_category))
    .filter((rule) => rule?.includesShipping);
  const highest = Math.max(0, ...shippingRates.map((rule) => rule?.rate ?? 0));
  const taxOfShipping = quote.taxTotal - sum(quote.lines.map(({ taxTotal }) => taxTotal));
  return wrongOnes({
    'a line has another rate': quote.lines.every((line) => line.taxRate === (ruleOf(line.tax_category)?.rate ?? 0)),
    'the tax of a line is not exact': quote.lines.every((line) => isExact(line.lineTotal, line.taxRate, line.taxTotal)),
    'the tax of shipping is not exact': isExact(quote.shippingTotal, highest, taxOfShipping),
  });
}

/** Whether a tax is the exact one of an amount, rounded half up, by BigInt. */
export function isRounded({ amount, rate, tax, pricesIncludeTax }: TaxedAmount): boolean {
  const whole = BigInt(PER_MILLION) + (pricesIncludeTax ? BigInt(rate) : 0n);
  // From half a unit below, which is rounded up, to just not half a unit above.
  const error = 2n * (BigInt(tax) * whole - BigInt(amount) * BigInt(rate));
  return -whole < error && error <= whole;
}

interface TaxedAmount {
  amount: number;
  /** Parts per million. */
  rate: number;
  tax: number;
  pricesIncludeTax: boolean;
}

const isKept = (amount: number, currency: string): boolean =>
  parseMoney(formatMoney(amount, currency), currency) === amount;

const wrongOnes = (promises: Record<string, boolean>): string[] =>
  Object.keys(promises).filter((promise) => promises[promise] === false);

const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0);
