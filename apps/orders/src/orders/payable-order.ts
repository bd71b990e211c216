import { formatMoney } from '@app/kernel';
import type { FulfilmentStatus } from './order-axes.js';
import type { Order } from './order.entity.js';
import type { OrderStatus } from './order-status.js';

/** What whoever takes its money must know about an order. */
export interface PayableOrder {
  order_id: number;
  order_ref: string;
  /** Null for a guest's. */
  user_id: number | null;
  customer_email: string;
  customer_name: string | null;
  customer_email_verified: boolean | null;
  status: OrderStatus;
  fulfilment_status: FulfilmentStatus;
  /** Gross: it never changes. */
  order_total: string;
  /** What of it is no longer owed, or goes back if it was paid. */
  amount_credited: string;
  amount_paid: string;
  amount_due: string;
  currency: string;
  /** Why it cannot be paid; null if it can. */
  unpayable: 'cancelled' | 'already-paid' | null;
}

export function toPayableOrder(order: Order): PayableOrder {
  const unpayable = UNPAYABLE[order.status];
  const money = (minor: number) => formatMoney(minor, order.currency);
  return {
    order_id: order.orderId,
    order_ref: order.orderRef,
    user_id: order.userId,
    customer_email: order.customerEmail,
    customer_name: order.customerName,
    customer_email_verified: order.customerEmailVerified,
    status: order.status,
    fulfilment_status: order.fulfilmentStatus,
    order_total: money(order.orderTotal),
    amount_credited: money(order.creditedTotal),
    amount_paid: money(order.amountPaid),
    amount_due: money(unpayable === null ? order.orderTotal - order.creditedTotal : 0),
    currency: order.currency,
    unpayable,
  };
}

const UNPAYABLE: Readonly<Record<OrderStatus, PayableOrder['unpayable']>> = {
  pending: null,
  paid: 'already-paid',
  shipped: 'already-paid',
  completed: 'already-paid',
  cancelled: 'cancelled',
};
