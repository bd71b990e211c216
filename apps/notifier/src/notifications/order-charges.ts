import type { OrderPayload } from '@app/events';
import { oneLine, oneLineOrNull, type OrderCharges, percent } from './templates/views.js';

export const NO_CHARGES: OrderCharges = {
  subtotal: null,
  discount: null,
  shipping: null,
  taxes: [],
  taxes_included: false,
};

/** Returns what an order costs besides its lines; publishers of before do not say, and charged nothing else. */
export function chargesOf(order: OrderPayload): OrderCharges {
  const { items_total, shipping_method, prices_include_tax } = order;
  const [discount, shipping] = [charged(order.discount_total), charged(order.shipping_total)];
  const taxes = (order.tax_lines ?? []).map(({ name, rate, amount }) => ({
    name: oneLine(name),
    percent: percent(rate),
    amount,
  }));
  const isSent = shipping !== null || Boolean(shipping_method);
  if (discount === null && !isSent && taxes.length === 0) return NO_CHARGES;
  return {
    subtotal: items_total ?? null,
    discount,
    shipping: isSent ? { name: oneLineOrNull(shipping_method?.name), total: order.shipping_total ?? '0' } : null,
    taxes,
    taxes_included: prices_include_tax ?? false,
  };
}

/** An order that costs nothing is paid when it is placed. Publishers of before know no such order. */
export function isFree({ order_total, payment_status }: OrderPayload): boolean {
  return payment_status !== undefined && charged(order_total) === null;
}

/** Null for nothing. */
export function charged(amount: string | null | undefined): string | null {
  return typeof amount === 'string' && /[1-9]/.test(amount) ? amount : null;
}
