import { MAX_LINES } from '@app/events';
import type { OfferedProduct, SoldProduct, SoldProducts } from '../stock/inventory.client.js';
import { CartLine } from './cart-line.entity.js';
import { cartFull } from './carts.errors.js';

export const CHANGE_KINDS = ['price', 'availability', 'gone'] as const;

/** How a product differs from what it was when its line was last put. */
export interface CartChange {
  productId: number;
  kind: (typeof CHANGE_KINDS)[number];
  /** Of the price in minor units, else available pieces. */
  was: number;
  is: number;
}

/** Returns the differences. Pieces count only as far as the line wants them, and products that were not asked for not at all. */
export function changesOf(lines: readonly CartLine[], sold: SoldProducts): CartChange[] {
  return lines.flatMap((line): CartChange[] => {
    const { productId, quantity, price, availableQuantity: was } = line;
    const now = sold.get(productId);
    if (now === undefined) return [];
    if (now === null) return [{ productId, kind: 'gone', was, is: 0 }];
    const { price: newPrice, available_quantity: is } = now;
    return [
      ...(newPrice === price ? [] : [{ productId, kind: 'price', was: price, is: newPrice } as const]),
      ...(Math.min(quantity, was) === Math.min(quantity, is)
        ? []
        : [{ productId, kind: 'availability', was, is } as const]),
    ];
  });
}

/** A line as it is put now. */
export function lineOf(product: SoldProduct, quantity: number, putAt: Date): Omit<CartLine, 'cart'> {
  const { product_id: productId, sku, name, price, weight_grams: weightGrams, tax_category: taxCategory } = product;
  const availableQuantity = product.available_quantity;
  return { productId, quantity, sku, name, price, weightGrams, taxCategory, availableQuantity, putAt };
}

/** The line's product as it was when the line was last put. */
export const productOf = ({ productId, sku, name, price, weightGrams, taxCategory }: CartLine): OfferedProduct => ({
  ...{ product_id: productId, sku, name, price },
  ...{ weight_grams: weightGrams, tax_category: taxCategory },
});

/** Returns the lines with this one in the place of its product's. @throws DomainError `cart-full` */
export function withLine(lines: readonly CartLine[], line: CartLine): CartLine[] {
  return inOrder([...lines.filter(({ productId }) => productId !== line.productId), line]);
}

/**
 * Returns a customer's lines together with a guest's: of one product the larger quantity, as that line was put, and the
 * customer's of equal ones. Lines that stay as they are, stay the same objects.
 *
 * @throws DomainError `cart-full`
 */
export function mergedLines(own: readonly CartLine[], guests: readonly CartLine[], cart: number): CartLine[] {
  const better = guests.filter((line) => line.quantity > (quantityOf(own, line.productId) ?? 0));
  const kept = own.filter(({ productId }) => quantityOf(better, productId) === undefined);
  return inOrder([...kept, ...better.map((line) => Object.assign(new CartLine(), line, { cart }))]);
}

export function quantityOf(lines: readonly CartLine[], productId: number): number | undefined {
  return lines.find((line) => line.productId === productId)?.quantity;
}

function inOrder(lines: CartLine[]): CartLine[] {
  if (lines.length > MAX_LINES) throw cartFull();
  return lines.sort((a, b) => a.productId - b.productId);
}
