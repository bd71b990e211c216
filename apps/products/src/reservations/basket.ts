import { formatMoney } from '@app/kernel';
import { contradictingPrices, insufficientStock, priceChanged, unknownProducts } from './reservations.errors.js';

export interface BasketLine {
  product_id: number;
  quantity: number;
  expected_price?: string;
}

/** The product data that a reservation needs. */
export interface Offer {
  product_id: number;
  sku: string;
  name: string;
  price: number;
  weight_grams: number | null;
  tax_category: string;
  available: number;
}

/**
 * Returns one line per product, in the order in which every transaction locks.
 *
 * @throws DomainError `validation-failed` if lines of one product expect different prices
 */
export function mergeLines(lines: readonly BasketLine[]): BasketLine[] {
  const merged = new Map<number, BasketLine>();
  for (const [index, line] of lines.entries()) {
    const known = merged.get(line.product_id);
    const expected = known?.expected_price ?? line.expected_price;
    if ((line.expected_price ?? expected) !== expected) throw contradictingPrices(index);
    merged.set(line.product_id, known ? { ...known, ...line, quantity: known.quantity + line.quantity } : line);
  }
  return [...merged.values()].toSorted((a, b) => a.product_id - b.product_id);
}

/**
 * Pairs every line with its product.
 *
 * @throws DomainError `unknown-product`, `price-changed`, or `insufficient-stock` if the unlocked read already shows
 * too little: orders of a sold-out product then do not queue for its lock. It is the UPDATE that decides in the end.
 */
export function matchOffers(
  lines: readonly BasketLine[],
  offers: readonly Offer[],
  currency: string,
): (BasketLine & Offer)[] {
  const shown = (price: number) => formatMoney(price, currency);
  const byId = new Map(offers.map((offer) => [offer.product_id, offer]));
  const matched = lines.flatMap((line) => {
    const offer = byId.get(line.product_id);
    return offer ? [{ ...line, ...offer }] : [];
  });
  if (matched.length < lines.length) {
    throw unknownProducts(lines.map((line) => line.product_id).filter((id) => !byId.has(id)));
  }
  const changed = matched.filter(
    ({ expected_price, price }) => expected_price !== undefined && expected_price !== shown(price),
  );
  if (changed.length > 0) {
    throw priceChanged(
      changed.map(({ product_id, expected_price = '', price }) => ({
        product_id,
        expected_price,
        price: shown(price),
      })),
    );
  }
  const short = matched.filter(({ quantity, available }) => available < quantity);
  if (short.length > 0) {
    throw insufficientStock(
      short.map(({ product_id, quantity, available }) => ({ product_id, requested: quantity, available })),
    );
  }
  return matched;
}
