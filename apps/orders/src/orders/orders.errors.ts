import { declareErrors, DomainError, invalid } from '@app/kernel';
import { users } from '../../../services.js';
import type { LinePieces } from './order-line.entity.js';
import type { OrderStatus } from './order-status.js';

const orderError = declareErrors({
  'invalid-transition': { kind: 'conflict', title: 'This step is not open' },
  'order-active': { kind: 'conflict', title: 'A paid or shipped order cannot be removed' },
  'address-fixed': { kind: 'conflict', title: 'The address can no longer change' },
  'details-fixed': { kind: 'conflict', title: 'This part of the order can no longer change' },
  'order-not-paid': { kind: 'conflict', title: 'The order is not paid' },
  'quantity-exceeds-open': { kind: 'conflict', title: 'The order has fewer open pieces' },
  'unpaid-limit': { kind: 'conflict', title: 'Unpaid orders hold too many pieces' },
});
const usersRefusal = declareErrors(users.refuses);

export const noSuchOrder = () => new DomainError('not-found', 'There is no such order.');

export const noSuchUser = () => new DomainError('not-found', 'There is no such user.');

export function unknownUser(pointer: string): DomainError {
  const message = 'The order needs an existing user.';
  return usersRefusal('unknown-user', message, { errors: [{ pointer, code: 'unknown-user', message }] });
}

export function invalidTransition(from: OrderStatus, to: OrderStatus, allowed: readonly OrderStatus[]): DomainError {
  const open = allowed.length > 0 ? `It may become ${allowed.join(' or ')}.` : 'You cannot change its status.';
  return orderError('invalid-transition', `A ${from} order cannot become ${to}. ${open}`, {
    details: { current_status: from, requested_status: to, allowed_transitions: allowed },
  });
}

/** Of a part of an order, such as a shipment. */
export function stepNotOpen(what: string, from: string, to: string, allowed: readonly string[]): DomainError {
  const open = allowed.length > 0 ? `It may become ${allowed.join(' or ')}.` : 'It can no longer change.';
  return orderError('invalid-transition', `A ${from} ${what} cannot become ${to}. ${open}`, {
    details: { current_status: from, requested_status: to, allowed_transitions: allowed },
  });
}

export const orderNotPaid = () =>
  orderError('order-not-paid', 'Nothing is sent before the order is paid. Make it paid first.');

export function quantityExceedsOpen(open: readonly LinePieces[]): DomainError {
  const message =
    open.length > 0
      ? 'The order has fewer open pieces than that; items says which it has.'
      : 'The order has no open pieces: all are prepared, shipped or cancelled.';
  return orderError('quantity-exceeds-open', message, { details: { items: open } });
}

export function staffOnly(what: string): DomainError {
  return new DomainError('forbidden', `Only staff may ${what}.`);
}

export function detailFixed(name: string, status: OrderStatus): DomainError {
  const code = name.endsWith('_address') ? 'address-fixed' : 'details-fixed';
  return orderError(code, `The ${name.replace('_', ' ')} of a ${status} order can no longer change.`);
}

export const pricedForAddress = () =>
  orderError(
    'address-fixed',
    'The order was priced for its address: at this one tax or shipping would differ. Cancel it, and order again to there.',
  );

export function orderActive(status: OrderStatus): DomainError {
  return orderError('order-active', `A ${status} order cannot be removed: cancel or complete it first.`);
}

export function versionConflict(): DomainError {
  return new DomainError(
    'version-conflict',
    'The order changed while this request ran. Read it again and repeat the change.',
  );
}

export function onlyWithStatus(field: string, status: OrderStatus): DomainError {
  return invalid(`/${field}`, 'unexpected', `${field} is allowed only with the status ${status}.`);
}

export function onlyStaffMayOrderFor(): DomainError {
  return invalid('/user_id', 'staff-only', 'Only staff may order for another customer.');
}

export function unpaidLimit({
  unpaid,
  requested,
  max,
}: {
  unpaid: number;
  requested: number;
  max: number;
}): DomainError {
  const held = unpaid > 0 ? `Your unpaid orders hold ${unpaid} pieces` : 'You have no unpaid orders';
  return orderError(
    'unpaid-limit',
    `${held} and this one asks for ${requested}; together at most ${max} are allowed. Pay or cancel an order first, or order less.`,
    { details: { unpaid_pieces: unpaid, requested_pieces: requested, max_unpaid_pieces: max } },
  );
}
