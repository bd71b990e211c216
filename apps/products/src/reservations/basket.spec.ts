import { matchOffers, mergeLines, type Offer } from './basket.js';

const offer = (product_id: number, available = 10): Offer => ({
  product_id,
  sku: `S${product_id}`,
  name: 'Mouse',
  price: 2999,
  weight_grams: null,
  tax_category: 'standard',
  available,
});

describe('mergeLines', () => {
  it('adds up lines of the same product and sorts by product', () => {
    const lines = [
      { product_id: 9, quantity: 1 },
      { product_id: 2, quantity: 2, expected_price: '1.00' },
      { product_id: 9, quantity: 3 },
    ];
    expect(mergeLines(lines)).toEqual([
      { product_id: 2, quantity: 2, expected_price: '1.00' },
      { product_id: 9, quantity: 4 },
    ]);
  });
});

describe('expected prices of one product', () => {
  it('must be equal, or one is missing', () => {
    const [cheap, dear] = [
      { product_id: 1, quantity: 1, expected_price: '1.00' },
      { product_id: 1, quantity: 1, expected_price: '2.00' },
    ];
    const open = { product_id: 1, quantity: 1 };
    for (const lines of [
      [cheap, open],
      [open, cheap],
      [cheap, cheap],
    ]) {
      expect(mergeLines(lines)).toEqual([{ ...cheap, quantity: 2 }]);
    }
    for (const lines of [
      [cheap, dear],
      [open, cheap, dear],
    ]) {
      expect(() => mergeLines(lines)).toThrow(
        expect.objectContaining({
          code: 'validation-failed',
          errors: [expect.objectContaining({ pointer: `/items/${lines.length - 1}/expected_price` })],
        }),
      );
    }
  });
});

describe('matchOffers', () => {
  it('pairs lines with products', () => {
    expect(matchOffers([{ product_id: 1, quantity: 10, expected_price: '29.99' }], [offer(1)], 'USD')).toEqual([
      { ...offer(1), quantity: 10, expected_price: '29.99' },
    ]);
  });

  it('reports every product that is not sold', () => {
    const lines = [1, 2, 3].map((product_id) => ({ product_id, quantity: 1 }));
    expect(() => matchOffers(lines, [offer(2)], 'USD')).toThrow(
      expect.objectContaining({ code: 'unknown-product', details: { product_ids: [1, 3] } }),
    );
  });

  it('reports every price that differs', () => {
    expect(() => matchOffers([{ product_id: 1, quantity: 1, expected_price: '30.00' }], [offer(1)], 'USD')).toThrow(
      expect.objectContaining({
        code: 'price-changed',
        details: { items: [{ product_id: 1, expected_price: '30.00', price: '29.99' }] },
      }),
    );
  });

  it('reports every line without enough stock', () => {
    const lines = [1, 2].map((product_id) => ({ product_id, quantity: 4 }));
    expect(() => matchOffers(lines, [offer(1, 3), offer(2, 4)], 'USD')).toThrow(
      expect.objectContaining({
        code: 'insufficient-stock',
        details: { items: [{ product_id: 1, requested: 4, available: 3 }] },
      }),
    );
  });
});
