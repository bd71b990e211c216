import type { Customer } from '../customers/customers.client.js';
import type { Reservation, ReservedLine } from '../stock/inventory.client.js';
import { Order } from '../orders/order.entity.js';
import { OrderHistoryEntry } from '../orders/order-history-entry.entity.js';
import { OrderLine } from '../orders/order-line.entity.js';

export interface Placement {
  order_ref: string;
  customer: Customer;
  reservation: Reservation;
  shipping_address: string | undefined;
  /** The user who placed it. */
  by: number;
  at: Date;
}

/** Builds a pending order without ids. Prices, names and totals come from the reservation only. */
export function newOrder({ order_ref, customer, reservation, shipping_address, by, at }: Placement): Order {
  const lines = reservation.lines.map(newLine);
  return Object.assign(new Order(), {
    orderRef: order_ref,
    userId: customer.user_id,
    customerEmail: customer.email,
    customerName: customer.full_name,
    customerEmailVerified: customer.email_verified ?? null,
    status: 'pending',
    orderTotal: lines.reduce((total, line) => total + line.lineTotal, 0),
    currency: reservation.currency,
    shippingAddress: shipping_address ?? null,
    carrier: null,
    trackingNumber: null,
    cancelReason: null,
    hiddenAt: null,
    createdAt: at,
    updatedAt: at,
    version: 1,
    lines,
    history: [Object.assign(new OrderHistoryEntry(), { status: 'pending', at, by } as const)],
  } satisfies Omit<Order, 'orderId' | 'isFinished' | 'isErased' | 'forgetDelivery'>);
}

function newLine({ product_id, sku, name, quantity, price }: ReservedLine): OrderLine {
  return Object.assign(new OrderLine(), {
    productId: product_id,
    sku,
    name,
    quantity,
    priceAtOrder: price,
    lineTotal: price * quantity,
  });
}
