import { dueOf, fulfilmentStatusOf, paymentStatusOf, type SecuredMoney, statusOf, unsentPieces } from './order-axes.js';
import type { OrderLine } from './order-line.entity.js';
import type { OrderStatus } from './order-status.js';
import type { Order } from './order.entity.js';

/** What makes a step true. Whatever of it has happened already does not happen again. */
const HAPPENS: Record<OrderStatus, (order: Order, at: Date) => void> = {
  pending: () => undefined,
  paid: (order) => {
    order.amountPaid += dueOf(order);
  },
  shipped: ({ lines }) => {
    for (const line of lines) takeUnsent(line, 'quantityShipped');
  },
  completed: (order, at) => {
    order.deliveredAt ??= at;
  },
  cancelled: ({ lines }) => {
    for (const line of lines) takeUnsent(line, 'quantityCancelled');
  },
};

function takeUnsent(line: OrderLine, as: 'quantityShipped' | 'quantityCancelled'): void {
  line[as] += unsentPieces(line);
  line.quantityPrepared = 0;
}

/** Takes a step as a whole: all that is due is paid, all that is open is shipped or cancelled. */
export function takeStep(order: Order, step: OrderStatus, at: Date): void {
  HAPPENS[step](order, at);
  deriveStatus(order);
}

/**
 * Writes down what payments have secured. What staff have made paid stays paid until payments know of it, and money that
 * was secured stays so: no order falls back to unpaid.
 */
export function secureMoney(order: Order, money: SecuredMoney): void {
  order.amountPaid = Math.max(order.amountPaid, money.amountPaid);
  order.amountAuthorized = Math.max(order.amountAuthorized, money.amountAuthorized);
  order.amountRefunded = money.amountRefunded;
  order.amountDisputed = money.amountDisputed;
  deriveStatus(order);
}

/** Derives the axes, and the status from both. Nothing else writes them. */
export function deriveStatus(order: Order): void {
  order.paymentStatus = paymentStatusOf(order);
  order.fulfilmentStatus = fulfilmentStatusOf(order);
  order.status = statusOf(order);
}
