import { statusOf } from './order-axes.js';
import type { OrderStatus } from './order-status.js';
import { takeStep } from './order-steps.js';
import type { Order } from './order.entity.js';

/** The steps that lead to a status. */
const STEPS: Record<OrderStatus, readonly OrderStatus[]> = {
  pending: [],
  paid: ['paid'],
  shipped: ['paid', 'shipped'],
  completed: ['paid', 'shipped', 'completed'],
  cancelled: ['cancelled'],
};

/**
 * Makes up for what release 0.1 does not write, which may still run beside this one: it knows no amounts but the total,
 * and takes a step by setting the status. Where that contradicts the rest of the order, the status is right.
 */
export function adopt(order: Order): void {
  order.itemsTotal ??= order.orderTotal;
  const { status, history } = order;
  if (statusOf(order) === status) return;
  const wasPaid = history.some((entry) => entry.status === 'paid');
  const at = history.findLast((entry) => entry.status === status)?.at ?? order.updatedAt;
  for (const step of wasPaid ? ['paid' as const, ...STEPS[status]] : STEPS[status]) takeStep(order, step, at);
}
