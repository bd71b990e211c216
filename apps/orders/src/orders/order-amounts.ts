import { formatMoney } from '@app/kernel';
import { writeTaxLine } from '../pricing/tax.js';
import type { Order } from './order.entity.js';

/** What an order costs and for what, and what is paid of it, as decimal strings. */
export function amountsOf(order: Order) {
  const text = (minor: number) => formatMoney(minor, order.currency);
  const { shippingMethod } = order;
  return {
    items_total: text(order.itemsTotal),
    discount_total: text(order.discountTotal),
    shipping_total: text(order.shippingTotal),
    tax_total: text(order.taxTotal),
    prices_include_tax: order.pricesIncludeTax,
    tax_lines: order.taxLines.map((line) => writeTaxLine(line, order.currency)),
    shipping_method: shippingMethod && { code: shippingMethod.code, name: shippingMethod.name },
    order_total: text(order.orderTotal),
    amount_paid: text(order.amountPaid),
    amount_refunded: text(order.amountRefunded),
    amount_due: text(order.amountDue),
  };
}
