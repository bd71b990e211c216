import { mergeLines } from './requested-lines.js';

describe('mergeLines', () => {
  it('adds up the lines of one product and sorts by product id', () => {
    const lines = [
      { product_id: 9, quantity: 1 },
      { product_id: 2, quantity: 400 },
      { product_id: 9, quantity: 2, price_at_order: 100 },
      { product_id: 2, quantity: 600 },
    ];
    expect(mergeLines(lines)).toEqual([
      { product_id: 2, quantity: 1000 },
      { product_id: 9, quantity: 3, price_at_order: 100 },
    ]);
  });

  it('reports the line that exceeds 1,000 of one product', () => {
    const lines = [
      { product_id: 2, quantity: 999 },
      { product_id: 3, quantity: 1000 },
      { product_id: 2, quantity: 2 },
    ];
    expect(() => mergeLines(lines)).toThrow(
      expect.objectContaining({ errors: [expect.objectContaining({ pointer: '/items/2/quantity' })] }) as Error,
    );
  });

  it('refuses two expected prices for one product', () => {
    const lines = [
      { product_id: 2, quantity: 1, price_at_order: 100 },
      { product_id: 2, quantity: 1, price_at_order: 101 },
    ];
    expect(() => mergeLines(lines)).toThrow(
      expect.objectContaining({ errors: [expect.objectContaining({ pointer: '/items/1/price_at_order' })] }) as Error,
    );
  });
});
