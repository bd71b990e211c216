import { formatMoney } from '@app/kernel';
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
  order_total: string;
  amount_due: string;
  currency: string;
  /** Why it cannot be paid; null if it can. */
  unpayable: 'cancelled' | 'already-paid' | null;
}

export function toPayableOrder(order: Order): PayableOrder {
  const unpayable = UNPAYABLE[order.status];
  return {
    order_id: order.orderId,
    order_ref: order.orderRef,
    user_id: order.userId,
    customer_email: order.customerEmail,
    customer_name: order.customerName,
    customer_email_verified: order.customerEmailVerified,
    status: order.status,
    order_total: formatMoney(order.orderTotal, order.currency),
    amount_due: formatMoney(unpayable === null ? order.orderTotal : 0, order.currency),
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
