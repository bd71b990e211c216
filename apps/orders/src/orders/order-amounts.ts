import { formatMoney } from '@app/kernel';
import type { Order } from './order.entity.js';

/** The amounts of an order as decimal strings. */
export function amountsOf(order: Order) {
  const text = (minor: number) => formatMoney(minor, order.currency);
  return {
    items_total: text(order.itemsTotal),
    discount_total: text(order.discountTotal),
    shipping_total: text(order.shippingTotal),
    tax_total: text(order.taxTotal),
    order_total: text(order.orderTotal),
    amount_paid: text(order.amountPaid),
    amount_refunded: text(order.amountRefunded),
    amount_due: text(order.amountDue),
  };
}
