import { type AddressInput, makeAddress } from '@app/kernel';
import type { Buyer } from '../customers/customers.client.js';
import type { ReservedLine } from '../stock/inventory.client.js';
import { Order } from '../orders/order.entity.js';
import { OrderHistoryEntry } from '../orders/order-history-entry.entity.js';
import { deriveStatus } from '../orders/order-steps.js';
import { OrderLine } from '../orders/order-line.entity.js';
import type { LineTotals, Quote } from '../pricing/quote.js';

/** What a customer says about an order besides its lines. */
export interface OrderDetails {
  shipping_address?: AddressInput | null;
  billing_address?: AddressInput | null;
  shipping_method_id?: number | null;
  note?: string | null;
  locale?: string | null;
}

export interface Placement {
  order_ref: string;
  customer: Buyer;
  /** Of the reserved lines. */
  quote: Quote<ReservedLine>;
  /** ISO 4217. */
  currency: string;
  details: OrderDetails;
  /** The user who placed it; null for a guest. */
  by: number | null;
  cartId?: string | undefined;
  at: Date;
}

type Derived = 'status' | 'paymentStatus' | 'fulfilmentStatus' | 'amountDue' | 'isFinished' | 'isErased';

/** Builds an order without ids. Prices, names and totals come from the quote only; without a total it is paid. */
export function newOrder({ order_ref, customer, quote, currency, details, by, at, cartId }: Placement): Order {
  const order = Object.assign(new Order(), {
    orderRef: order_ref,
    userId: customer.user_id,
    cartId: cartId ?? null,
    customerEmail: customer.email,
    customerName: customer.full_name,
    customerEmailVerified: customer.email_verified ?? null,
    ...chargesOf(quote),
    amountPaid: 0,
    amountAuthorized: 0,
    amountRefunded: 0,
    amountDisputed: 0,
    creditedTotal: 0,
    currency,
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
    lines: quote.lines.map(newLine),
    history: [] as OrderHistoryEntry[],
  } satisfies Omit<Order, Derived | 'orderId' | 'forgetDelivery'>);
  deriveStatus(order);
  order.history = [Object.assign(new OrderHistoryEntry(), { status: order.status, at, by })];
  return order;
}

/** What the order keeps of the quote, whatever becomes of rates and methods. */
function chargesOf({ shippingMethod, ...quote }: Quote<ReservedLine>) {
  return {
    itemsTotal: quote.itemsTotal,
    discountTotal: quote.discountTotal,
    shippingTotal: quote.shippingTotal,
    taxTotal: quote.taxTotal,
    pricesIncludeTax: quote.pricesIncludeTax,
    taxLines: quote.taxLines,
    orderTotal: quote.orderTotal,
    shippingMethod: shippingMethod && {
      shipping_method_id: shippingMethod.shippingMethodId,
      code: shippingMethod.code,
      name: shippingMethod.name,
    },
  };
}

const addressOf = (given: AddressInput | null | undefined) => (given ? makeAddress(given) : null);

function newLine(line: ReservedLine & LineTotals): OrderLine {
  return Object.assign(new OrderLine(), {
    productId: line.product_id,
    sku: line.sku,
    name: line.name,
    quantity: line.quantity,
    priceAtOrder: line.price,
    discountTotal: line.discountTotal,
    lineTotal: line.lineTotal,
    taxRate: line.taxRate,
    taxTotal: line.taxTotal,
    quantityPrepared: 0,
    quantityShipped: 0,
    quantityCancelled: 0,
    quantityReturned: 0,
  } satisfies Omit<OrderLine, 'orderLineId' | 'orderId' | 'pieces'>);
}
