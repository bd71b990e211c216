import { ORDER_FULFILMENT_STATUSES, ORDER_PAYMENT_STATUSES } from '@app/events';
import type { OrderStatus } from './order-status.js';

export { ORDER_FULFILMENT_STATUSES, ORDER_PAYMENT_STATUSES };
export type PaymentStatus = (typeof ORDER_PAYMENT_STATUSES)[number];
export type FulfilmentStatus = (typeof ORDER_FULFILMENT_STATUSES)[number];

/** What payments have secured of an order, in minor units. */
export interface SecuredMoney {
  /** Gross: a refund does not lower it. */
  amountPaid: number;
  /** Promised by the customer's bank, and not taken yet. */
  amountAuthorized: number;
  amountRefunded: number;
  /** Taken back by the customer's bank, as long as the dispute is open or lost. */
  amountDisputed: number;
}

export interface Money extends SecuredMoney {
  orderTotal: number;
}

/** The pieces of a line. What is neither shipped nor cancelled is open. */
export interface Pieces {
  quantity: number;
  quantityShipped: number;
  quantityCancelled: number;
  /** Of those shipped. */
  quantityReturned: number;
}

/** What has happened to an order; everything else here follows from it. */
export interface OrderFacts extends Money {
  lines: readonly Pieces[];
  /** When the last parcel arrived. */
  deliveredAt: Date | null;
}

/** The money is secured, and stays so: a later refund takes no step back. */
const SECURED: Record<FulfilmentStatus, OrderStatus> = {
  unfulfilled: 'paid',
  partially_shipped: 'paid',
  shipped: 'shipped',
  delivered: 'completed',
  partially_returned: 'completed',
  returned: 'completed',
};
/** Nothing leaves the house before. */
const UNSECURED = { unfulfilled: 'pending' } as const;

/** The status of an order that is not cancelled, by payment_status and fulfilment_status. */
export const STATUS_OF: Record<PaymentStatus, Partial<Record<FulfilmentStatus, OrderStatus>>> = {
  unpaid: UNSECURED,
  partially_paid: UNSECURED,
  authorized: SECURED,
  paid: SECURED,
  overpaid: SECURED,
  partially_refunded: SECURED,
  refunded: SECURED,
  disputed: SECURED,
};

export function paymentStatusOf(money: Money): PaymentStatus {
  const { orderTotal, amountPaid, amountRefunded, amountDisputed } = money;
  const kept = amountPaid - amountRefunded;
  if (!isSecured(money)) return kept > 0 ? 'partially_paid' : 'unpaid';
  if (amountPaid < orderTotal) return 'authorized';
  if (amountDisputed > 0) return 'disputed';
  if (kept > orderTotal) return 'overpaid';
  if (kept === orderTotal) return 'paid';
  return kept > 0 ? 'partially_refunded' : 'refunded';
}

/** What is still to be paid; nothing once the money is secured. */
export function dueOf(money: Money): number {
  return isSecured(money) ? 0 : money.orderTotal - money.amountPaid + money.amountRefunded;
}

function isSecured({ orderTotal, amountPaid, amountAuthorized }: Money): boolean {
  return amountPaid + amountAuthorized >= orderTotal;
}

export function fulfilmentStatusOf({
  lines,
  deliveredAt,
}: Pick<OrderFacts, 'lines' | 'deliveredAt'>): FulfilmentStatus {
  const shipped = sum(lines, ({ quantityShipped }) => quantityShipped);
  const returned = sum(lines, ({ quantityReturned }) => quantityReturned);
  if (shipped === 0) return 'unfulfilled';
  if (sum(lines, openPieces) > 0) return 'partially_shipped';
  if (returned > 0) return returned === shipped ? 'returned' : 'partially_returned';
  return deliveredAt ? 'delivered' : 'shipped';
}

/** @throws Error for facts that contradict each other, such as goods that left before they were paid. */
export function statusOf(facts: OrderFacts): OrderStatus {
  if (facts.lines.every((line) => line.quantityCancelled === line.quantity)) return 'cancelled';
  const [payment, fulfilment] = [paymentStatusOf(facts), fulfilmentStatusOf(facts)];
  const status = STATUS_OF[payment][fulfilment];
  if (!status) throw new Error(`An order cannot be ${payment} and ${fulfilment}.`);
  return status;
}

export function openPieces({ quantity, quantityShipped, quantityCancelled }: Pieces): number {
  return quantity - quantityShipped - quantityCancelled;
}

function sum(lines: readonly Pieces[], of: (line: Pieces) => number): number {
  return lines.reduce((total, line) => total + of(line), 0);
}
