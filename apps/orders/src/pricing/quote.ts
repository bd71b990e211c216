import type { Place } from './place.js';
import { shippingMethodUnavailable } from './pricing.errors.js';
import { type ShippingOffer, shippingOffers, type ShippingTerms } from './shipping.js';
import { shippingRule, type Taxed, type TaxLine, taxLines, taxOn, taxRule, type TaxRule } from './tax.js';

/** A product and a quantity, with what its price depends on. */
export interface PricedLine {
  quantity: number;
  /** Minor units, per piece. */
  price: number;
  /** Per piece; null counts nothing. */
  weight_grams: number | null;
  tax_category: string;
}

/** What a line costs. Amounts are in minor units. */
export interface LineTotals {
  discountTotal: number;
  /** After the discount; includes the tax only if prices do. */
  lineTotal: number;
  /** Parts per million. */
  taxRate: number;
  taxTotal: number;
}

export interface QuoteRequest<L extends PricedLine, M extends ShippingTerms> {
  lines: readonly L[];
  /** Without one nothing is taxed. */
  place: Place | null;
  /** Without one shipping costs nothing. */
  shippingMethodId?: number | undefined;
  methods: readonly M[];
  rules: readonly TaxRule[];
  pricesIncludeTax: boolean;
  at: Date;
}

/** What lines cost. Amounts are in minor units. */
export interface Quote<L extends PricedLine = PricedLine, M extends ShippingTerms = ShippingTerms> {
  /** In the order of the request. */
  lines: (L & LineTotals)[];
  itemsTotal: number;
  discountTotal: number;
  shippingTotal: number;
  taxTotal: number;
  pricesIncludeTax: boolean;
  /** The lines, shipping, and the tax if it is added. */
  orderTotal: number;
  taxLines: TaxLine[];
  shippingMethod: M | null;
  /** The methods that are open, by position. */
  shippingOffers: ShippingOffer<M>[];
}

/**
 * Returns what lines cost at a time: the one rule for quotes, carts and orders. Each amount is rounded once, per line, and
 * totals are sums of lines; so the order of the lines makes no difference.
 *
 * @throws DomainError `shipping-method-unavailable`
 */
export function quote<L extends PricedLine, M extends ShippingTerms>(request: QuoteRequest<L, M>): Quote<L, M> {
  const { lines, place, methods, rules, pricesIncludeTax, at } = request;
  const itemsTotal = sum(lines.map(costOf));
  const weight = sum(lines.map(({ weight_grams, quantity }) => (weight_grams ?? 0) * quantity));
  const offers = shippingOffers(methods, place, { itemsTotal, weight });
  const shipping = chosen(offers, request.shippingMethodId);

  const ruleFor = (line: L) => (place ? taxRule(rules, line.tax_category, place, at) : undefined);
  const taxOfLines = lines.map((line) => taxOn(costOf(line), ruleFor(line), pricesIncludeTax));
  const shippingTotal = shipping?.price ?? 0;
  const taxOfShipping = shipping ? [taxOn(shippingTotal, shippingRule(taxOfLines), pricesIncludeTax)] : [];
  const taxes = [...taxOfLines, ...taxOfShipping];
  const taxTotal = sum(taxes.map(({ tax }) => tax));

  return {
    lines: lines.map((line, index) => ({ ...line, ...totalsOf(line, taxOfLines[index]) })),
    itemsTotal,
    // There are no discounts yet.
    discountTotal: 0,
    shippingTotal,
    taxTotal,
    pricesIncludeTax,
    orderTotal: itemsTotal + shippingTotal + (pricesIncludeTax ? 0 : taxTotal),
    taxLines: taxLines(taxes),
    shippingMethod: shipping?.method ?? null,
    shippingOffers: offers,
  };
}

function chosen<M extends ShippingTerms>(
  offers: readonly ShippingOffer<M>[],
  shippingMethodId: number | undefined,
): ShippingOffer<M> | undefined {
  if (shippingMethodId === undefined) return undefined;
  const offer = offers.find(({ method }) => method.shippingMethodId === shippingMethodId);
  if (!offer) throw shippingMethodUnavailable(offers.map(({ method }) => method.shippingMethodId));
  return offer;
}

const costOf = ({ price, quantity }: PricedLine): number => price * quantity;

function totalsOf(line: PricedLine, taxed: Taxed | undefined): LineTotals {
  return {
    discountTotal: 0,
    lineTotal: costOf(line),
    taxRate: taxed?.rule?.rate ?? 0,
    taxTotal: taxed?.tax ?? 0,
  };
}

const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0);
