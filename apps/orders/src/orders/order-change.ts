import { type Caller, hasRole } from '@app/kernel';
import type { Order } from './order.entity.js';
import { allowedTransitions, type OrderStatus, TRANSITIONS } from './order-status.js';
import { addressFixed, invalidTransition, onlyWithStatus, staffOnly } from './orders.errors.js';

/** What a request may change about an order; absent fields stay as they are. */
export interface OrderChange {
  status?: OrderStatus;
  carrier?: string;
  tracking_number?: string;
  cancel_reason?: string;
  shipping_address?: string;
}

/** Checks the change against the order's state and the caller's role. @throws DomainError for the first broken rule */
export function assertAllowed(order: Order, change: OrderChange, caller: Caller): void {
  assertStep(order, change, caller);
  assertShipment(order, change, caller);
  if (change.cancel_reason !== undefined && change.status !== 'cancelled') {
    throw onlyWithStatus('cancel_reason', 'cancelled');
  }
  const changesAddress = change.shipping_address !== undefined && change.shipping_address !== order.shippingAddress;
  if (changesAddress && !mayChangeAddress(order.status, caller)) throw addressFixed(order.status);
}

/** Writes the change into the order. Returns whether anything differs; repeating the status is no change. */
export function applyChange(order: Order, change: OrderChange): boolean {
  const changesStatus = change.status !== undefined && change.status !== order.status;
  const before = snapshot(order);
  order.status = change.status ?? order.status;
  order.carrier = change.carrier ?? order.carrier;
  order.trackingNumber = change.tracking_number ?? order.trackingNumber;
  order.shippingAddress = change.shipping_address ?? order.shippingAddress;
  // The reason is set only with the transition: a repeated request must not overwrite it.
  if (changesStatus) order.cancelReason = change.cancel_reason ?? order.cancelReason;
  return snapshot(order) !== before;
}

function assertStep(order: Order, { status }: OrderChange, caller: Caller): void {
  if (status === undefined || status === order.status) return;
  const allowed = allowedTransitions(order.status, caller);
  if (allowed.includes(status)) return;
  const openToStaff = TRANSITIONS[order.status].includes(status);
  if (openToStaff && status !== 'cancelled') throw staffOnly(`make an order ${status}`);
  throw invalidTransition(order.status, status, allowed);
}

function assertShipment(order: Order, change: OrderChange, caller: Caller): void {
  for (const field of ['carrier', 'tracking_number'] as const) {
    if (change[field] === undefined) continue;
    if (!hasRole(caller, 'staff')) throw staffOnly(`set ${field}`);
    if ((change.status ?? order.status) !== 'shipped') throw onlyWithStatus(field, 'shipped');
  }
}

function mayChangeAddress(status: OrderStatus, caller: Caller): boolean {
  return status === 'pending' || (status === 'paid' && hasRole(caller, 'staff'));
}

function snapshot({ status, carrier, trackingNumber, cancelReason, shippingAddress }: Order): string {
  return JSON.stringify([status, carrier, trackingNumber, cancelReason, shippingAddress]);
}
