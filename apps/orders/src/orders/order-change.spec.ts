import type { Address, Caller } from '@app/kernel';
import { applyChange, assertAllowed, type OrderChange } from './order-change.js';
import { Order } from './order.entity.js';
import { allowedTransitions, ORDER_STATUSES, type OrderStatus } from './order-status.js';

const HOME: Address = { name: 'Ada', line1: 'Old Road 1', city: 'London', country: 'GB' };
const WORK: Address = { ...HOME, line1: 'New Road 2' };
const NOW = new Date('2026-11-30T12:00:00Z');
const CUSTOMER: Caller = { user_id: 1, role: 'customer' };
const STAFF: Caller = { user_id: 2, role: 'staff' };

/** The transitions open to staff, repeated here so that a mistake in the table is found. */
const NEXT: Record<OrderStatus, OrderStatus[]> = {
  pending: ['paid', 'cancelled'],
  paid: ['shipped', 'cancelled'],
  shipped: ['completed'],
  completed: [],
  cancelled: [],
};
const EVERY_STEP = ORDER_STATUSES.flatMap((from) => ORDER_STATUSES.map((to) => [from, to] as const));

const orderIn = (status: OrderStatus): Order =>
  Object.assign(new Order(), {
    status,
    orderTotal: 100,
    amountPaid: status === 'pending' ? 0 : 100,
    amountAuthorized: 0,
    amountRefunded: 0,
    amountDisputed: 0,
    creditedTotal: 0,
    lines: [{ quantity: 2, quantityPrepared: 0, quantityShipped: 0, quantityCancelled: 0, quantityReturned: 0 }],
    deliveredAt: null,
    carrier: null,
    trackingNumber: null,
    cancelReason: null,
    shippingAddress: HOME,
    billingAddress: null,
    note: null,
    locale: null,
  });
const codeOf = (from: OrderStatus, change: OrderChange, caller: Caller): string | undefined => {
  try {
    assertAllowed(orderIn(from), change, caller);
    return undefined;
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('the transitions of an order', () => {
  it.each(EVERY_STEP)('from %s to %s', (from, to) => {
    const staff = from === to || NEXT[from].includes(to) ? undefined : 'invalid-transition';
    expect(codeOf(from, { status: to }, STAFF)).toBe(staff);
    const owner = from === to || (from === 'pending' && to === 'cancelled');
    const staffOnly = NEXT[from].includes(to) && to !== 'cancelled';
    expect(codeOf(from, { status: to }, CUSTOMER)).toBe(
      owner ? undefined : staffOnly ? 'forbidden' : 'invalid-transition',
    );
  });

  it('are listed for each caller as far as the caller may make them', () => {
    expect(allowedTransitions(orderIn('pending'), STAFF)).toEqual(['paid', 'cancelled']);
    expect(allowedTransitions(orderIn('pending'), CUSTOMER)).toEqual(['cancelled']);
    expect(allowedTransitions(orderIn('paid'), CUSTOMER)).toEqual([]);
  });
});

describe('the other fields of an order', () => {
  it.each<[OrderStatus, OrderChange, string | undefined, string | undefined]>([
    // from, change, error for staff, error for the owner
    ['paid', { status: 'shipped', carrier: 'DHL', tracking_number: 'T1' }, undefined, 'forbidden'],
    ['shipped', { tracking_number: 'T2' }, undefined, 'forbidden'],
    ['pending', { carrier: 'DHL' }, 'validation-failed', 'forbidden'],
    ['pending', { status: 'cancelled', cancel_reason: 'mind' }, undefined, undefined],
    ['cancelled', { status: 'cancelled', cancel_reason: 'mind' }, undefined, undefined],
    ['cancelled', { cancel_reason: 'mind' }, 'validation-failed', 'validation-failed'],
    ['pending', { shipping_address: WORK }, undefined, undefined],
    ['paid', { shipping_address: WORK }, undefined, 'address-fixed'],
    ['paid', { shipping_address: null }, undefined, 'address-fixed'],
    ['shipped', { shipping_address: WORK }, 'address-fixed', 'address-fixed'],
    ['shipped', { shipping_address: { ...HOME, phone: null } }, undefined, undefined],
    ['pending', { billing_address: WORK }, undefined, undefined],
    ['paid', { billing_address: WORK }, undefined, 'address-fixed'],
    ['shipped', { billing_address: null }, undefined, undefined],
    ['pending', { note: 'Ring twice.' }, undefined, undefined],
    ['paid', { note: 'Ring twice.' }, undefined, 'details-fixed'],
    ['completed', { note: 'Ring twice.' }, 'details-fixed', 'details-fixed'],
    ['completed', { note: null }, undefined, undefined],
    ['pending', { locale: 'de-CH' }, undefined, undefined],
    ['shipped', { locale: 'de-CH' }, 'details-fixed', 'details-fixed'],
  ])('while %s: %j', (from, change, staff, owner) => {
    expect(codeOf(from, change, STAFF)).toBe(staff);
    expect(codeOf(from, change, CUSTOMER)).toBe(owner);
  });

  it('do not change when a transition is repeated', () => {
    const order = orderIn('pending');
    expect(applyChange(order, { status: 'cancelled', cancel_reason: 'mind' }, NOW)).toBe(true);
    expect(applyChange(order, { status: 'cancelled', cancel_reason: 'another' }, NOW)).toBe(false);
    expect(order.cancelReason).toBe('mind');
    expect(applyChange(order, {}, NOW)).toBe(false);
  });

  it('are stored as they were said, without the parts that are missing', () => {
    const order = orderIn('pending');
    expect(
      applyChange(order, { billing_address: { ...WORK, company: null }, note: 'Ring twice.', locale: 'de-CH' }, NOW),
    ).toBe(true);
    expect(order).toMatchObject({ shippingAddress: HOME, note: 'Ring twice.', locale: 'de-CH' });
    expect(order.billingAddress).toStrictEqual(WORK);
    expect(applyChange(order, { billing_address: { line2: null, ...WORK }, note: 'Ring twice.' }, NOW)).toBe(false);
    expect(applyChange(order, { shipping_address: null, billing_address: null, locale: null }, NOW)).toBe(true);
    expect([order.shippingAddress, order.billingAddress, order.locale]).toEqual([null, null, null]);
  });
});
