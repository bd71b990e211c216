import { ORDER_STATUSES } from '@app/events';
import { type Caller, hasRole } from '@app/kernel';

export { ORDER_STATUSES };
export type OrderStatus = (typeof ORDER_STATUSES)[number];

/** The state machine: from each status, the statuses an order may take next. */
export const TRANSITIONS: Readonly<Record<OrderStatus, readonly OrderStatus[]>> = {
  pending: ['paid', 'cancelled'],
  paid: ['shipped', 'cancelled'],
  shipped: ['completed'],
  completed: [],
  cancelled: [],
};

/** The transitions open to the customer who owns the order. */
const OWNER_TRANSITIONS: Readonly<Record<OrderStatus, readonly OrderStatus[]>> = {
  pending: ['cancelled'],
  paid: [],
  shipped: [],
  completed: [],
  cancelled: [],
};

/** The steps that the caller may take. An order of which pieces have left is no longer cancelled as a whole. */
export function allowedTransitions(
  { status, lines }: { status: OrderStatus; lines: readonly { quantityShipped: number }[] },
  caller: Caller | undefined,
): readonly OrderStatus[] {
  const open = (hasRole(caller, 'staff') ? TRANSITIONS : OWNER_TRANSITIONS)[status];
  const hasLeft = lines.some(({ quantityShipped }) => quantityShipped > 0);
  return hasLeft ? open.filter((step) => step !== 'cancelled') : open;
}
