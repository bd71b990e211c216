import { formatMoney, formatRate } from '@app/kernel';
import type { Order } from '../../../orders/src/orders-app.module.js';

/** A line of an order's bill. */
export interface Cost {
  what: string;
  detail: string;
  /** With the currency only if it is the total. */
  amount: string;
}

/** What an order was charged, line by line, as it was placed. */
export function costsOf(order: Order): Cost[] {
  const text = (minor: number) => formatMoney(minor, order.currency);
  const { discountTotal, shippingMethod, pricesIncludeTax } = order;
  return [
    ...order.lines.map(({ name, quantity, priceAtOrder, lineTotal }) => ({
      ...{ what: name, detail: `${quantity} × ${text(priceAtOrder)}`, amount: text(lineTotal) },
    })),
    ...(discountTotal > 0 ? [{ what: 'Discount', detail: 'in the lines', amount: text(discountTotal) }] : []),
    ...(shippingMethod ? [{ what: 'Shipping', detail: shippingMethod.name, amount: text(order.shippingTotal) }] : []),
    ...order.taxLines.map(({ name, rate, amount }) => ({
      ...{
        what: name,
        detail: `${formatRate(rate)}, ${pricesIncludeTax ? 'included' : 'added'}`,
        amount: text(amount),
      },
    })),
    { what: 'Total', detail: order.paymentStatus, amount: `${text(order.orderTotal)} ${order.currency}` },
  ];
}
