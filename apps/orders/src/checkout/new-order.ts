import { type AddressInput, makeAddress } from '@app/kernel';
import type { Customer } from '../customers/customers.client.js';
import type { Reservation, ReservedLine } from '../stock/inventory.client.js';
import { Order } from '../orders/order.entity.js';
import { OrderHistoryEntry } from '../orders/order-history-entry.entity.js';
import { deriveStatus } from '../orders/order-steps.js';
import { OrderLine } from '../orders/order-line.entity.js';

/** What a customer says about an order besides its lines. */
export interface OrderDetails {
  shipping_address?: AddressInput | null;
  billing_address?: AddressInput | null;
  note?: string | null;
  locale?: string | null;
}

export interface Placement {
  order_ref: string;
  customer: Customer;
  reservation: Reservation;
  details: OrderDetails;
  /** The user who placed it. */
  by: number;
  at: Date;
}

type Derived = 'status' | 'paymentStatus' | 'fulfilmentStatus' | 'amountDue' | 'isFinished' | 'isErased';

/** Builds a pending order without ids. Prices, names and totals come from the reservation only. */
export function newOrder({ order_ref, customer, reservation, details, by, at }: Placement): Order {
  const lines = reservation.lines.map(newLine);
  const order = Object.assign(new Order(), {
    orderRef: order_ref,
    userId: customer.user_id,
    customerEmail: customer.email,
    customerName: customer.full_name,
    customerEmailVerified: customer.email_verified ?? null,
    ...totalsOf(lines),
    amountPaid: 0,
    amountAuthorized: 0,
    amountRefunded: 0,
    amountDisputed: 0,
    currency: reservation.currency,
    shippingAddress: addressOf(details.shipping_address),
    billingAddress: addressOf(details.billing_address),
    note: details.note ?? null,
    locale: details.locale ?? null,
    carrier: null,
    trackingNumber: null,
    cancelReason: null,
    deliveredAt: null,
    hiddenAt: null,
    createdAt: at,
    updatedAt: at,
    version: 1,
    lines,
    history: [Object.assign(new OrderHistoryEntry(), { status: 'pending', at, by } as const)],
  } satisfies Omit<Order, Derived | 'orderId' | 'forgetDelivery'>);
  deriveStatus(order);
  return order;
}

/** Nothing is discounted, taxed or charged for shipping yet. */
function totalsOf(lines: readonly OrderLine[]) {
  const itemsTotal = lines.reduce((total, line) => total + line.lineTotal, 0);
  const nothing = { discountTotal: 0, shippingTotal: 0, taxTotal: 0, pricesIncludeTax: false };
  return { itemsTotal, ...nothing, orderTotal: itemsTotal };
}

const addressOf = (given: AddressInput | null | undefined) => (given ? makeAddress(given) : null);

function newLine({ product_id, sku, name, quantity, price }: ReservedLine): OrderLine {
  return Object.assign(new OrderLine(), {
    productId: product_id,
    sku,
    name,
    quantity,
    priceAtOrder: price,
    discountTotal: 0,
    lineTotal: price * quantity,
    taxRate: 0,
    taxTotal: 0,
    quantityShipped: 0,
    quantityCancelled: 0,
    quantityReturned: 0,
  } satisfies Omit<OrderLine, 'orderLineId' | 'orderId' | 'pieces'>);
}
