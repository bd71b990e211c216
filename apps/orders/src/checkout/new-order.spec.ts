import fc from 'fast-check';
import { quote, type QuoteRequest } from '../pricing/quote.js';
import type { ShippingTerms } from '../pricing/shipping.js';
import type { TaxRule } from '../pricing/tax.js';
import type { ReservedLine } from '../stock/inventory.client.js';
import { newOrder } from './new-order.js';

const NOW = new Date('2026-11-30T12:00:00Z');
const REF = '7c9e6679-7425-40de-944b-e07fc1f90ae7';
const CUSTOMER = { user_id: 1, email: 'ada@example.com', full_name: 'Ada' };
const HOME = { name: 'Ada', line1: '1 Main Street', city: 'Springfield', country: 'US' };

const PARCEL: ShippingTerms = {
  ...{ shippingMethodId: 7, code: 'parcel', name: 'Parcel', countries: [], by: 'subtotal', freeFrom: null },
  ...{ steps: [{ from: 0, price: 490 }], position: 0, isActive: true },
};
const VAT: TaxRule = {
  ...{ taxRateId: 1, name: 'VAT', country: 'US', region: null, postalPrefix: null, taxCategory: 'standard' },
  ...{ rate: 200_000, includesShipping: true, validFrom: null, validTo: null },
};

type Quoted = Partial<QuoteRequest<ReservedLine, ShippingTerms>>;

describe('a new order', () => {
  const reserved = fc.record({
    quantity: fc.integer({ min: 1, max: 1_000 }),
    price: fc.integer({ min: 1, max: 9_999_999_999 }),
  });
  const placed = (lines: { quantity: number; price: number }[], details = {}, quoted: Quoted = {}) =>
    newOrder({
      order_ref: REF,
      customer: CUSTOMER,
      quote: quote({
        lines: lines.map((line, n) => ({
          ...{ product_id: n + 1, sku: `S-${n}`, name: `Product ${n}`, weight_grams: null, tax_category: 'standard' },
          ...line,
        })),
        ...{ place: null, methods: [], rules: [], pricesIncludeTax: false, at: NOW },
        ...quoted,
      }),
      currency: 'USD',
      details,
      by: 1,
      at: NOW,
    });
  const taxed = (pricesIncludeTax: boolean): Quoted => ({
    place: { country: 'US', region: null, postalCode: null },
    ...{ shippingMethodId: 7, methods: [PARCEL], rules: [VAT], pricesIncludeTax },
  });

  it.each([{}, taxed(false), taxed(true)])(
    'has a total that is the sum of its lines, shipping and the tax that is added, none of them negative: %j',
    (quoted) => {
      fc.assert(
        fc.property(fc.array(reserved, { minLength: 1, maxLength: 100 }), (given) => {
          const { lines, ...order } = placed(given, {}, quoted);
          const exact = given.reduce((sum, { quantity, price }) => sum + BigInt(quantity) * BigInt(price), 0n);
          expect(BigInt(order.itemsTotal)).toBe(exact);
          const lineTotals = lines.reduce((sum, { lineTotal }) => sum + lineTotal, 0);
          const tax = order.pricesIncludeTax ? 0 : order.taxTotal;
          expect(order.orderTotal).toBe(lineTotals + order.shippingTotal + tax);
          expect(order.orderTotal).toBe(order.itemsTotal - order.discountTotal + order.shippingTotal + tax);
          expect(order.taxLines.reduce((sum, { amount }) => sum + amount, 0)).toBe(order.taxTotal);
          const amounts = [order, ...lines].flatMap((part) =>
            Object.entries(part).flatMap(([name, value]) => (/total|amount/i.test(name) ? [value as number] : [])),
          );
          expect(amounts.length).toBe(10 + 3 * lines.length);
          expect(amounts.every((amount) => Number.isSafeInteger(amount) && amount >= 0)).toBe(true);
        }),
        { numRuns: 20 },
      );
    },
  );

  it('keeps what it was quoted', () => {
    const order = placed([{ quantity: 2, price: 1_000 }], { shipping_method_id: 7 }, taxed(false));
    expect(order).toMatchObject({
      ...{ itemsTotal: 2_000, shippingTotal: 490, taxTotal: 498, orderTotal: 2_988, pricesIncludeTax: false },
      taxLines: [{ name: 'VAT', rate: 200_000, amount: 498 }],
      lines: [{ lineTotal: 2_000, taxRate: 200_000, taxTotal: 400 }],
    });
    expect(order.shippingMethod).toEqual({ shipping_method_id: 7, code: 'parcel', name: 'Parcel' });
    expect(placed([{ quantity: 1, price: 1 }])).toMatchObject({ taxLines: [], shippingMethod: null });
  });

  it('waits for its money, and nothing of it has moved', () => {
    const order = placed([{ quantity: 3, price: 250 }]);
    expect(order).toMatchObject({ status: 'pending', paymentStatus: 'unpaid', fulfilmentStatus: 'unfulfilled' });
    expect([order.amountPaid, order.amountDue, order.deliveredAt]).toEqual([0, 750, null]);
    expect(order.history).toEqual([{ status: 'pending', at: NOW, by: 1 }]);
    expect(order.lines[0]?.pieces).toBe('0 0 0 0');
  });

  it('is paid if it costs nothing', () => {
    const order = placed([{ quantity: 3, price: 0 }]);
    expect(order).toMatchObject({ status: 'paid', paymentStatus: 'paid', fulfilmentStatus: 'unfulfilled' });
    expect([order.amountPaid, order.amountDue]).toEqual([0, 0]);
    expect(order.history).toEqual([{ status: 'paid', at: NOW, by: 1 }]);
  });

  it('has what the customer said about it, and null for the rest', () => {
    const details = { shipping_address: { ...HOME, phone: null }, note: 'Ring twice.' };
    expect(placed([{ quantity: 1, price: 1 }], details)).toMatchObject({
      shippingAddress: HOME,
      billingAddress: null,
      note: 'Ring twice.',
      locale: null,
    });
  });
});
