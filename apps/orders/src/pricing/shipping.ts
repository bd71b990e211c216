import type { Place } from './place.js';

export const SHIPPING_BASES = ['subtotal', 'weight'] as const;
export type ShippingBasis = (typeof SHIPPING_BASES)[number];

/** A price from a subtotal (minor units) or a weight (grams) on, inclusive, until the next step. */
export interface ShippingStep {
  from: number;
  /** Minor units. */
  price: number;
}

/** A way of shipping, where it is open, and what it costs. */
export interface ShippingTerms {
  shippingMethodId: number;
  code: string;
  name: string;
  /** Empty: everywhere. */
  countries: readonly string[];
  by: ShippingBasis;
  /** By rising `from`; below the first one the method is closed. */
  steps: readonly ShippingStep[];
  /** Minor units: from this subtotal on, inclusive, it costs nothing; null: never. */
  freeFrom: number | null;
  position: number;
  isActive: boolean;
}

/** An open method with its price in minor units. */
export interface ShippingOffer<M extends ShippingTerms = ShippingTerms> {
  method: M;
  price: number;
}

/** What of a basket the price of shipping depends on. */
export interface Load {
  /** Minor units. */
  itemsTotal: number;
  /** Grams. */
  weight: number;
}

/** Returns the methods that are open to a place (without one: those that are open everywhere), by position. */
export function shippingOffers<M extends ShippingTerms>(
  methods: readonly M[],
  place: Place | null,
  load: Load,
): ShippingOffer<M>[] {
  return methods
    .filter((method) => method.isActive && reaches(method, place))
    .flatMap((method) => {
      const price = shippingPrice(method, load);
      return price === undefined ? [] : [{ method, price }];
    })
    .sort(({ method: a }, { method: b }) => a.position - b.position || a.shippingMethodId - b.shippingMethodId);
}

function shippingPrice({ by, steps, freeFrom }: ShippingTerms, { itemsTotal, weight }: Load): number | undefined {
  const measure = by === 'weight' ? weight : itemsTotal;
  const step = steps.findLast(({ from }) => from <= measure);
  return step && freeFrom !== null && itemsTotal >= freeFrom ? 0 : step?.price;
}

/** Whether a method goes to a place; without one, whether it goes everywhere. */
export function reaches({ countries }: Pick<ShippingTerms, 'countries'>, place: Place | null): boolean {
  return countries.length === 0 || (place !== null && countries.includes(place.country));
}
