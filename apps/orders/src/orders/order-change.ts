import { type Address, type AddressInput, type Caller, hasRole, makeAddress } from '@app/kernel';
import type { Order } from './order.entity.js';
import { allowedTransitions, type OrderStatus, TRANSITIONS } from './order-status.js';
import { takeStep } from './order-steps.js';
import { detailFixed, invalidTransition, onlyWithStatus, staffOnly } from './orders.errors.js';

/** What a request may change about an order; absent fields stay as they are. */
export interface OrderChange {
  status?: OrderStatus;
  carrier?: string;
  tracking_number?: string;
  cancel_reason?: string;
  shipping_address?: AddressInput | null;
  billing_address?: AddressInput | null;
  note?: string | null;
  locale?: string | null;
}

/** What the customer says about an order, and where the order keeps it. */
const DETAILS = {
  shipping_address: 'shippingAddress',
  billing_address: 'billingAddress',
  note: 'note',
  locale: 'locale',
} as const;
export type Detail = keyof typeof DETAILS;

/** Checks the change against the order's state and the caller's role. @throws DomainError for the first broken rule */
export function assertAllowed(order: Order, change: OrderChange, caller: Caller | undefined): void {
  assertStep(order, change, caller);
  assertShipment(order, change, caller);
  if (change.cancel_reason !== undefined && change.status !== 'cancelled') {
    throw onlyWithStatus('cancel_reason', 'cancelled');
  }
  const [changed] = changedDetails(order, change);
  if (changed && !mayChangeDetails(order.status, caller)) throw detailFixed(changed[0], order.status);
}

/** Writes the change into the order. Returns whether anything differs; repeating the status is no change. */
export function applyChange(order: Order, change: OrderChange, at: Date): boolean {
  const details = changedDetails(order, change);
  const before = snapshot(order);
  order.carrier = change.carrier ?? order.carrier;
  order.trackingNumber = change.tracking_number ?? order.trackingNumber;
  for (const [name, value] of details) Object.assign(order, { [DETAILS[name]]: value });
  if (change.status !== undefined && change.status !== order.status) {
    takeStep(order, change.status, at);
    // The reason is set only with the transition: a repeated request must not overwrite it.
    order.cancelReason = change.cancel_reason ?? order.cancelReason;
  }
  return details.length > 0 || snapshot(order) !== before;
}

function assertStep(order: Order, { status }: OrderChange, caller: Caller | undefined): void {
  if (status === undefined || status === order.status) return;
  const allowed = allowedTransitions(order, caller);
  if (allowed.includes(status)) return;
  const openToStaff = TRANSITIONS[order.status].includes(status);
  if (openToStaff && status !== 'cancelled') throw staffOnly(`make an order ${status}`);
  throw invalidTransition(order.status, status, allowed);
}

function assertShipment(order: Order, change: OrderChange, caller: Caller | undefined): void {
  for (const field of ['carrier', 'tracking_number'] as const) {
    if (change[field] === undefined) continue;
    if (!hasRole(caller, 'staff')) throw staffOnly(`set ${field}`);
    if ((change.status ?? order.status) !== 'shipped') throw onlyWithStatus(field, 'shipped');
  }
}

function changedDetails(order: Order, change: OrderChange): [Detail, Address | string | null][] {
  return (Object.keys(DETAILS) as Detail[]).flatMap((name) => {
    const given = change[name];
    if (given === undefined) return [];
    const value = typeof given === 'object' && given ? makeAddress(given) : given;
    return JSON.stringify(value) === JSON.stringify(order[DETAILS[name]]) ? [] : [[name, value]];
  });
}

function mayChangeDetails(status: OrderStatus, caller: Caller | undefined): boolean {
  return status === 'pending' || (status === 'paid' && hasRole(caller, 'staff'));
}

function snapshot({ status, carrier, trackingNumber, cancelReason }: Order): string {
  return JSON.stringify([status, carrier, trackingNumber, cancelReason]);
}
