import fc from 'fast-check';
import { newOrder } from './new-order.js';

const NOW = new Date('2026-11-30T12:00:00Z');
const REF = '7c9e6679-7425-40de-944b-e07fc1f90ae7';
const CUSTOMER = { user_id: 1, email: 'ada@example.com', full_name: 'Ada' };

describe('a new order', () => {
  const reserved = fc.record({
    quantity: fc.integer({ min: 1, max: 1_000 }),
    price: fc.integer({ min: 1, max: 9_999_999_999 }),
  });
  const placed = (lines: { quantity: number; price: number }[], details = {}) =>
    newOrder({
      order_ref: REF,
      customer: CUSTOMER,
      reservation: {
        currency: 'USD',
        lines: lines.map((line, n) => ({
          ...{ product_id: n + 1, sku: `S-${n}`, name: `Product ${n}`, weight_grams: null, tax_category: 'standard' },
          ...line,
        })),
      },
      details,
      by: 1,
      at: NOW,
    });

  it('has a total that is the sum of its lines, shipping and the tax that is added, none of them negative', () => {
    fc.assert(
      fc.property(fc.array(reserved, { minLength: 1, maxLength: 100 }), (given) => {
        const { lines, ...order } = placed(given);
        const exact = given.reduce((sum, { quantity, price }) => sum + BigInt(quantity) * BigInt(price), 0n);
        expect(BigInt(order.orderTotal)).toBe(exact);
        const lineTotals = lines.reduce((sum, { lineTotal }) => sum + lineTotal, 0);
        const tax = order.pricesIncludeTax ? 0 : order.taxTotal;
        expect(order.orderTotal).toBe(lineTotals + order.shippingTotal + tax);
        expect(order.orderTotal).toBe(order.itemsTotal - order.discountTotal + order.shippingTotal + tax);
        const amounts = [order, ...lines].flatMap((part) =>
          Object.entries(part).flatMap(([name, value]) => (/total|amount/i.test(name) ? [value as number] : [])),
        );
        expect(amounts.length).toBe(9 + 3 * lines.length);
        expect(amounts.every((amount) => Number.isSafeInteger(amount) && amount >= 0)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it('waits for its money, and nothing of it has moved', () => {
    const order = placed([{ quantity: 3, price: 250 }]);
    expect(order).toMatchObject({ status: 'pending', paymentStatus: 'unpaid', fulfilmentStatus: 'unfulfilled' });
    expect([order.amountPaid, order.amountDue, order.deliveredAt]).toEqual([0, 750, null]);
    expect(order.lines[0]?.pieces).toBe('0 0 0');
  });

  it('has what the customer said about it, and null for the rest', () => {
    const home = { name: 'Ada', line1: '1 Main Street', city: 'Springfield', country: 'US' };
    const details = { shipping_address: { ...home, phone: null }, note: 'Ring twice.' };
    expect(placed([{ quantity: 1, price: 1 }], details)).toMatchObject({
      shippingAddress: home,
      billingAddress: null,
      note: 'Ring twice.',
      locale: null,
    });
  });
});
