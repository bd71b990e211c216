import type { EventType, OrderPayload } from '@app/events';
import { addressLines } from '@app/kernel';
import { chargesOf, isFree, NO_CHARGES } from './order-charges.js';
import {
  countryName,
  greetingName,
  manyLines,
  oneLine,
  oneLineOrNull,
  type OrderView,
  readableTime,
} from './templates/views.js';

/** The e-mail for each event of an order. */
export const ORDER_TEMPLATES = {
  'order.created': 'order-confirmation',
  'order.paid': 'order-paid',
  'order.shipped': 'order-shipped',
  'order.completed': 'order-completed',
  'order.cancelled': 'order-cancelled',
} as const satisfies Partial<Record<EventType, string>>;

export type OrderEventType = keyof typeof ORDER_TEMPLATES;
export const ORDER_EVENTS = Object.keys(ORDER_TEMPLATES) as OrderEventType[];

/** The e-mails of an order before its cancellation, by its status before that. */
const BEFORE_CANCELLATION = {
  pending: ['order-confirmation'],
  paid: ['order-confirmation', 'order-paid'],
} as const;

export function emailsBefore(type: OrderEventType, order: OrderPayload) {
  const { previous_status } = order;
  if (type !== 'order.cancelled') return [];
  if (isFree(order)) return BEFORE_CANCELLATION.pending;
  return previous_status === 'pending' || previous_status === 'paid' ? BEFORE_CANCELLATION[previous_status] : [];
}

/**
 * The confirmation of an order that costs nothing says that nothing is to be paid, and the e-mail about a shipment that
 * it has left.
 */
export function needsNoEmail(type: OrderEventType, order: OrderPayload): boolean {
  return (type === 'order.paid' && isFree(order)) || (type === 'order.shipped' && tellsOfShipments(order));
}

/** Publishers of before know no shipments, and those of before them no items. */
function tellsOfShipments({ items }: OrderPayload): boolean {
  return items.length > 0 && items.every(({ quantity_shipped }) => quantity_shipped !== undefined);
}

/**
 * Returns what an order e-mail shows: the order as in the event, whatever has changed since. Texts of the customer are
 * sent only to an address that they have verified.
 */
export function orderView(order: OrderPayload): OrderView {
  const view = fullView(order);
  if (!isUnverified(order)) return view;
  const nothing = { customer_name: null, lines: [], address_lines: [], cancel_reason: null, ...NO_CHARGES };
  return { ...view, ...nothing, brief: true };
}

/** If the publisher does not say, the address counts as verified. */
export function isUnverified({
  customer_email_verified: verified,
}: Pick<OrderPayload, 'customer_email_verified'>): boolean {
  return verified === false;
}

function fullView(order: OrderPayload): OrderView {
  return {
    order_id: String(order.order_id),
    ordered_at: readableTime(order.created_at),
    customer_name: greetingName(order.customer_name),
    lines: order.items.map((item) => ({
      name: oneLine(item.name),
      sku: oneLineOrNull(item.sku),
      quantity: item.quantity,
      price: item.price_at_order,
      total: item.line_total,
    })),
    ...chargesOf(order),
    order_total: order.order_total,
    currency: order.currency,
    address_lines: deliveryLines(order),
    carrier: oneLineOrNull(order.carrier),
    tracking_number: oneLineOrNull(order.tracking_number),
    cancel_reason: oneLineOrNull(order.cancel_reason),
    brief: false,
    free: isFree(order),
  };
}

/** Publishers of before know only the text. */
export function deliveryLines({ ship_to, shipping_address }: OrderPayload): string[] {
  return ship_to ? addressLines(ship_to, countryName(ship_to.country)).map(oneLine) : manyLines(shipping_address);
}
