import type { Customer } from '../customers/customers.client.js';
import type { Reservation, ReservedLine } from '../stock/inventory.client.js';
import { Order } from './order.entity.js';
import { OrderHistoryEntry } from './order-history-entry.entity.js';
import { OrderItem } from './order-item.entity.js';

export interface Placement {
  order_ref: string;
  customer: Customer;
  reservation: Reservation;
  shipping_address: string | undefined;
  /** The user who placed it. */
  by: number;
  at: Date;
}

/** A pending order, as yet without ids. Prices, names and totals come from the reservation alone. */
export function newOrder({ order_ref, customer, reservation, shipping_address, by, at }: Placement): Order {
  const items = reservation.lines.map(newItem);
  return Object.assign(new Order(), {
    orderRef: order_ref,
    userId: customer.user_id,
    customerEmail: customer.email,
    customerName: customer.full_name,
    customerEmailVerified: customer.email_verified ?? null,
    status: 'pending',
    orderTotal: items.reduce((total, item) => total + item.lineTotal, 0),
    currency: reservation.currency,
    shippingAddress: shipping_address ?? null,
    carrier: null,
    trackingNumber: null,
    cancelReason: null,
    hiddenAt: null,
    createdAt: at,
    updatedAt: at,
    version: 1,
    items,
    history: [Object.assign(new OrderHistoryEntry(), { status: 'pending', at, by } as const)],
  } satisfies Omit<Order, 'orderId' | 'isFinished' | 'isErased' | 'forgetDelivery'>);
}

function newItem({ product_id, sku, name, quantity, price }: ReservedLine): OrderItem {
  return Object.assign(new OrderItem(), {
    productId: product_id,
    sku,
    name,
    quantity,
    priceAtOrder: price,
    lineTotal: price * quantity,
  });
}
