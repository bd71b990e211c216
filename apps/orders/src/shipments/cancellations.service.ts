import { Idempotency, type Reply } from '@app/idempotency';
import { hasRole, type ListRequest, ownerScope, type Page, type Visitor } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import type { Cancellation } from '../orders/cancellation.entity.js';
import type { LinePieces } from '../orders/order-line.entity.js';
import { openIn, takeOpen } from '../orders/line-pieces.js';
import { isCancelled } from '../orders/order-axes.js';
import { OrderChanges } from '../orders/order-changes.js';
import { makeCancellation, noteArrival } from '../orders/order-parts.js';
import { OrderPartsRepository } from '../orders/order-parts.repository.js';
import { allowedTransitions } from '../orders/order-status.js';
import type { Order } from '../orders/order.entity.js';
import { invalidTransition, staffOnly } from '../orders/orders.errors.js';
import { OrdersRepository } from '../orders/orders.repository.js';
import { ShipmentsRepository } from './shipments.repository.js';

export interface CancelPieces {
  /** Default all that is open. */
  items?: LinePieces[];
  reason?: string;
}

/** A cancellation with the order that it is of. */
export interface OrderCancellation {
  order: Order;
  cancellation: Cancellation;
}

/** Cancels what was not sent, the whole order or a part of it. */
@Injectable()
export class CancellationsService {
  constructor(
    private readonly orders: OrdersRepository,
    private readonly changes: OrderChanges,
    private readonly parts: OrderPartsRepository,
    private readonly shipments: ShipmentsRepository,
    private readonly idempotency: Idempotency,
  ) {}

  /** @throws DomainError `not-found`, `quantity-exceeds-open`; for customers and guests `forbidden`, `invalid-transition` */
  async create(
    orderId: number,
    { items, reason }: CancelPieces,
    visitor: Visitor,
    { claim, answer }: Reply<OrderCancellation>,
  ): Promise<OrderCancellation> {
    let cancellation: Cancellation | undefined;
    const by = visitor.caller?.user_id ?? null;
    const read = () => this.orders.getById(orderId, ownerScope(visitor, 'order'));
    const order = await this.changes.apply(read, by, async (order, moment) => {
      assertMayCancel(order, items, visitor);
      const shipments = order.status === 'pending' ? [] : await this.parts.shipments(orderId);
      const made = makeCancellation(order, takeOpen(order, items), { ...moment, reason: reason ?? null });
      cancellation = made;
      if (isCancelled(order)) order.cancelReason = reason ?? null;
      else noteArrival(order, shipments, moment.at);
      return {
        parts: { cancellation: made },
        alsoIn: (tx) =>
          this.idempotency.commit(tx, claim, answer({ order, cancellation: made }), order.userId ?? undefined),
      };
    });
    if (!cancellation) throw new Error(`Nothing of the order ${orderId} was cancelled.`);
    return { order, cancellation };
  }

  /** Oldest first. @throws DomainError `not-found` for another customer's order */
  async listOf(
    orderId: number,
    request: ListRequest,
    visitor: Visitor,
  ): Promise<Page<Cancellation> & { order: Order }> {
    const order = await this.orders.getById(orderId, ownerScope(visitor, 'order'));
    return { ...(await this.shipments.pageOfCancellations(orderId, request)), order };
  }
}

/** Its buyer cancels an order as a whole, and until it is paid. */
function assertMayCancel(order: Order, items: readonly LinePieces[] | undefined, { caller }: Visitor): void {
  if (hasRole(caller, 'staff')) return;
  const allowed = allowedTransitions(order, caller);
  if (!allowed.includes('cancelled')) throw invalidTransition(order.status, 'cancelled', allowed);
  if (
    items &&
    JSON.stringify(takeOpen(order, items).toSorted(byItem)) !== JSON.stringify(openIn(order).toSorted(byItem))
  )
    throw staffOnly('cancel a part of an order');
}

const byItem = (a: LinePieces, b: LinePieces): number => a.order_item_id - b.order_item_id;
