import { MAX_LINES } from '@app/events';
import fc from 'fast-check';
import type { SoldProduct } from '../stock/inventory.client.js';
import { changesOf, lineOf, mergedLines, productOf, quantityOf, withLine } from './cart-lines.js';
import { CartLine } from './cart-line.entity.js';

const AT = new Date('2026-12-01T12:00:00.123Z');
const OWN = 1;
const GUESTS = 2;

const product = (product_id: number, over: Partial<SoldProduct> = {}): SoldProduct => ({
  ...{ product_id, sku: `SKU-${product_id}`, name: `Product ${product_id}`, price: 250, weight_grams: 40 },
  ...{ tax_category: 'food', available_quantity: 10, ...over },
});
const line = (productId: number, quantity: number, over: Partial<SoldProduct> = {}, cart = OWN): CartLine =>
  Object.assign(new CartLine(), { cart }, lineOf(product(productId, over), quantity, AT));
const quantities = (lines: CartLine[]) => lines.map(({ productId, quantity }) => [productId, quantity]);

describe('a line', () => {
  it('keeps its product as it was when put', () => {
    const { available_quantity, ...offered } = product(7);
    expect(productOf(line(7, 2))).toEqual(offered);
    expect(line(7, 2)).toMatchObject({ quantity: 2, availableQuantity: available_quantity, putAt: AT });
  });

  it('takes the place of its product’s, in the order of the products', () => {
    const lines = [line(1, 1), line(3, 1)];
    expect(quantities(withLine(lines, line(2, 5)))).toEqual([
      [1, 1],
      [2, 5],
      [3, 1],
    ]);
    expect(quantities(withLine(lines, line(1, 9)))).toEqual([
      [1, 9],
      [3, 1],
    ]);
    expect(quantities(lines)).toEqual([
      [1, 1],
      [3, 1],
    ]);
  });

  it('finds room among at most as many as an order has', () => {
    const lines = Array.from({ length: MAX_LINES }, (_, index) => line(index + 1, 1));
    expect(withLine(lines, line(MAX_LINES, 2))).toHaveLength(MAX_LINES);
    expect(() => withLine(lines, line(MAX_LINES + 1, 1))).toThrow(expect.objectContaining({ code: 'cart-full' }));
  });
});

describe('changes', () => {
  const changes = (quantity: number, now: Partial<SoldProduct> | null, was: Partial<SoldProduct> = {}) =>
    changesOf([line(1, quantity, was)], new Map([[1, now && product(1, now)]])).map(({ kind, was, is }) => [
      kind,
      was,
      is,
    ]);

  it('are none where all is as it was, and of products that nobody asked for', () => {
    expect(changes(2, {})).toEqual([]);
    expect(changesOf([line(1, 2)], new Map())).toEqual([]);
  });

  it('are another price, and a product that is gone', () => {
    expect(changes(2, { price: 300 })).toEqual([['price', 250, 300]]);
    expect(changes(2, null)).toEqual([['gone', 10, 0]]);
  });

  it('are pieces, as far as the line wants them', () => {
    expect(changes(3, { available_quantity: 3 })).toEqual([]);
    expect(changes(3, { available_quantity: 2 })).toEqual([['availability', 10, 2]]);
    expect(changes(3, { available_quantity: 5 }, { available_quantity: 1 })).toEqual([['availability', 1, 5]]);
    expect(changes(3, { available_quantity: 0, price: 1 })).toEqual([
      ['price', 250, 1],
      ['availability', 10, 0],
    ]);
  });
});

describe('merging', () => {
  it('takes the larger quantity as that line was put, the customer’s of equal ones', () => {
    const own = [line(1, 2), line(2, 5), line(3, 1)];
    const guests = [line(1, 3, { price: 1 }, GUESTS), line(2, 4, {}, GUESTS), line(3, 1, { price: 9 }, GUESTS)];
    const merged = mergedLines(own, [...guests, line(4, 1, {}, GUESTS)], OWN);
    expect(quantities(merged)).toEqual([
      [1, 3],
      [2, 5],
      [3, 1],
      [4, 1],
    ]);
    expect(merged.map(({ price }) => price)).toEqual([1, 250, 250, 250]);
    expect(merged.map(({ cart }) => cart)).toEqual([OWN, OWN, OWN, OWN]);
    // Those that stay need not be written.
    expect(merged.filter((each) => own.includes(each))).toEqual([own[1], own[2]]);
    expect(guests[0]?.cart).toBe(GUESTS);
  });

  it('refuses more lines than a cart takes, and loses none', () => {
    const own = Array.from({ length: MAX_LINES }, (_, index) => line(index + 1, 1));
    expect(mergedLines(own, [line(1, 2, {}, GUESTS)], OWN)).toHaveLength(MAX_LINES);
    expect(() => mergedLines(own, [line(MAX_LINES + 1, 1, {}, GUESTS)], OWN)).toThrow(
      expect.objectContaining({ code: 'cart-full' }),
    );
  });

  it('holds for any two carts: every product, the larger quantity, sorted, and twice is once', () => {
    const cart = (of: number) =>
      fc
        .uniqueArray(fc.record({ id: fc.integer({ min: 1, max: 30 }), quantity: fc.integer({ min: 1, max: 1_000 }) }), {
          selector: ({ id }) => id,
        })
        .map((lines) =>
          lines.map(({ id, quantity }) => line(id, quantity, {}, of)).sort((a, b) => a.productId - b.productId),
        );
    fc.assert(
      fc.property(cart(OWN), cart(GUESTS), (own, guests) => {
        const merged = mergedLines(own, guests, OWN);
        const ids = [...new Set([...own, ...guests].map(({ productId }) => productId))].sort((a, b) => a - b);
        const larger = (id: number) => Math.max(quantityOf(own, id) ?? 0, quantityOf(guests, id) ?? 0);
        expect(quantities(merged)).toEqual(ids.map((id) => [id, larger(id)]));
        expect(mergedLines(merged, guests, OWN)).toEqual(merged);
      }),
    );
  });
});
