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
  /** Of the total, what was cancelled or came back. */
  creditedTotal: number;
}

/** The pieces of a line. What is neither prepared, shipped nor cancelled is open. */
export interface Pieces {
  quantity: number;
  /** Packed, and still here. */
  quantityPrepared: number;
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
  if (amountPaid < owedBy(money)) return 'authorized';
  if (amountDisputed > 0) return 'disputed';
  if (kept > owedBy(money)) return 'overpaid';
  if (kept === orderTotal || amountRefunded === 0) return 'paid';
  return kept > 0 ? 'partially_refunded' : 'refunded';
}

/** What is still to be paid; nothing once the money is secured. */
export function dueOf(money: Money): number {
  return isSecured(money) ? 0 : owedBy(money) - money.amountPaid + money.amountRefunded;
}

function isSecured(money: Money): boolean {
  return money.amountPaid + money.amountAuthorized >= owedBy(money);
}

/** What the order costs, without what was cancelled or came back. */
export function owedBy({ orderTotal, creditedTotal }: Pick<Money, 'orderTotal' | 'creditedTotal'>): number {
  return orderTotal - creditedTotal;
}

export function fulfilmentStatusOf({
  lines,
  deliveredAt,
}: Pick<OrderFacts, 'lines' | 'deliveredAt'>): FulfilmentStatus {
  const shipped = sum(lines, ({ quantityShipped }) => quantityShipped);
  const returned = sum(lines, ({ quantityReturned }) => quantityReturned);
  if (shipped === 0) return 'unfulfilled';
  if (sum(lines, unsentPieces) > 0) return 'partially_shipped';
  if (returned > 0) return returned === shipped ? 'returned' : 'partially_returned';
  return deliveredAt ? 'delivered' : 'shipped';
}

/** @throws Error for facts that contradict each other, such as goods that left before they were paid. */
export function statusOf(facts: OrderFacts): OrderStatus {
  if (isCancelled(facts)) return 'cancelled';
  const [payment, fulfilment] = [paymentStatusOf(facts), fulfilmentStatusOf(facts)];
  const status = STATUS_OF[payment][fulfilment];
  if (!status) throw new Error(`An order cannot be ${payment} and ${fulfilment}.`);
  return status;
}

/** Whether nothing of it will be sent. */
export function isCancelled({ lines }: Pick<OrderFacts, 'lines'>): boolean {
  return lines.every((line) => line.quantityCancelled === line.quantity);
}

/** What can still be packed, shipped or cancelled. */
export function openPieces(line: Pieces): number {
  return unsentPieces(line) - line.quantityPrepared;
}

/** Open pieces, and those that are packed. */
export function unsentPieces({ quantity, quantityShipped, quantityCancelled }: Pieces): number {
  return quantity - quantityShipped - quantityCancelled;
}

function sum(lines: readonly Pieces[], of: (line: Pieces) => number): number {
  return lines.reduce((total, line) => total + of(line), 0);
}
