import type { Order } from '../../../orders/src/orders-app.module.js';
import { costsOf } from './order-costs.js';
import { orderPage } from './story.page.js';

const ORDER = {
  ...{ currency: 'USD', discountTotal: 500, shippingTotal: 490, orderTotal: 7_302, pricesIncludeTax: false },
  paymentStatus: 'unpaid',
  shippingMethod: { shipping_method_id: 1, code: 'parcel', name: 'Parcel' },
  taxLines: [{ name: 'VAT <20>', rate: 200_000, amount: 1_292 }],
  lines: [{ name: 'Mouse', quantity: 3, priceAtOrder: 1_990, lineTotal: 5_470 }],
} as Order;
const rows = (order: Order) => costsOf(order).map((cost) => Object.values(cost));

describe('what an order was charged', () => {
  it('is its lines, discount, shipping, taxes and total', () => {
    expect(rows(ORDER)).toEqual([
      ['Mouse', '3 × 19.90', '54.70'],
      ['Discount', 'in the lines', '5.00'],
      ['Shipping', 'Parcel', '4.90'],
      ['VAT <20>', '0.2, added', '12.92'],
      ['Total', 'unpaid', '73.02 USD'],
    ]);
    const included = { ...ORDER, discountTotal: 0, shippingMethod: null, pricesIncludeTax: true } as Order;
    expect(rows(included).map(([what, detail]) => `${what}: ${detail}`)).toEqual([
      ...['Mouse: 3 × 19.90', 'VAT <20>: 0.2, included', 'Total: unpaid'],
    ]);
  });

  it('stands on the page of the order, if it is known', () => {
    expect(orderPage(7, { costs: costsOf(ORDER), money: [], parts: [], stories: [] })).toContain(
      '<td>VAT &#60;20&#62;</td>',
    );
    expect(orderPage(7, { costs: [], money: [], parts: [], stories: [] })).not.toContain('What it was charged');
  });
});
