import { PAYMENT_METHODS, PAYMENT_STATUSES } from '@app/events';
import type { PaymentStatus } from '../providers/provider-payment.js';

export { PAYMENT_METHODS, PAYMENT_STATUSES, type PaymentStatus };
export type PaymentMethod = (typeof PAYMENT_METHODS)[number];

/**
 * The state machine: from each status, the statuses that a payment may take next. A failed attempt can go on, since the
 * customer tries another card on the same intent. Refunds and disputes are amounts of a captured payment.
 */
export const TRANSITIONS: Readonly<Record<PaymentStatus, readonly PaymentStatus[]>> = {
  created: ['requires_action', 'processing', 'failed', 'authorized', 'captured', 'cancelled'],
  requires_action: ['processing', 'failed', 'authorized', 'captured', 'cancelled'],
  processing: ['requires_action', 'failed', 'authorized', 'captured', 'cancelled'],
  failed: ['requires_action', 'processing', 'authorized', 'captured', 'cancelled'],
  authorized: ['captured', 'cancelled'],
  captured: [],
  cancelled: [],
};

/** Whether money may still come by it. An order has at most one open payment. */
export function isOpen(status: PaymentStatus): boolean {
  return TRANSITIONS[status].length > 0;
}

/** The provider of payments that staff took by hand: no one is asked. */
export const BY_HAND = 'manual';
