import { randomUUID } from 'node:crypto';
import { Idempotency, type Reply } from '@app/idempotency';
import { type Caller, hasRole, type ListRequest, ownerScope, type Page, type Visitor } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import type { LinePieces } from '../orders/order-line.entity.js';
import { OrderChanges } from '../orders/order-changes.js';
import type { Moment } from '../orders/order-parts.js';
import { OrderPartsRepository } from '../orders/order-parts.repository.js';
import type { Order } from '../orders/order.entity.js';
import { stepNotOpen } from '../orders/orders.errors.js';
import { OrdersRepository } from '../orders/orders.repository.js';
import { receive } from './receiving.js';
import { ReturnEvents } from './return-events.js';
import { Return, type ReceivedPieces } from './return.entity.js';
import { RETURN_TRANSITIONS, type ReturnStatus } from './return-status.js';
import { assertInTime, assertReturnable } from './returnable.js';
import { noSuchReturn } from './returns.errors.js';
import { type ReturnFilter, ReturnsRepository } from './returns.repository.js';
import { ReturnsSettings } from './returns.settings.js';
import { type AskedRefund, settle } from './settling.js';

const ERASE_BATCH = 200;

/** Pieces that are to come back. */
export interface RequestedPieces extends LinePieces {
  reason?: string;
}

/** A return with the order that it is of. */
export interface OrderReturn {
  order: Order;
  return: Return;
}

/** Returns from the request to the refund. Each step writes the order too, so that of two steps at once one is refused. */
@Injectable()
export class ReturnsService {
  // eslint-disable-next-line max-params -- a return reads order, shipments and window, and writes events and the idempotent answer in the order's transaction
  constructor(
    private readonly orders: OrdersRepository,
    private readonly changes: OrderChanges,
    private readonly parts: OrderPartsRepository,
    private readonly returns: ReturnsRepository,
    private readonly events: ReturnEvents,
    private readonly idempotency: Idempotency,
    private readonly settings: ReturnsSettings,
  ) {}

  /** @throws DomainError `not-found`, `quantity-not-returnable`, and `return-window-over` for customers and guests */
  async request(
    orderId: number,
    items: readonly RequestedPieces[],
    visitor: Visitor,
    { claim, answer }: Reply<OrderReturn>,
  ): Promise<OrderReturn> {
    let made: Return | undefined;
    const by = visitor.caller?.user_id ?? null;
    const read = () => this.orders.getById(orderId, ownerScope(visitor, 'order'));
    const order = await this.changes.apply(read, by, async (order, moment) => {
      assertReturnable(order, await this.returns.ofOrder(orderId), items);
      if (!hasRole(visitor.caller, 'staff')) {
        const shipments = await this.parts.shipments(orderId);
        assertInTime(order, shipments, items, { at: moment.at, windowMs: this.settings.windowMs });
      }
      const created = newReturn(order, items, moment);
      made = created;
      return {
        alsoIn: async (tx) => {
          await this.returns.save(tx, created);
          await this.events.append(tx, order, created);
          const body = answer({ order, return: created });
          await this.idempotency.commit(tx, claim, body, order.userId ?? undefined);
        },
      };
    });
    if (!made) throw new Error(`No return of the order ${orderId} was made.`);
    return { order, return: made };
  }

  /** @throws DomainError `not-found`, also for another customer's */
  async get(returnId: number, visitor: Visitor): Promise<OrderReturn> {
    const scope = ownerScope(visitor, 'order');
    const found = await this.returns.find(returnId);
    const order = found && (await this.orders.findById(found.orderId, scope));
    if (!order) throw noSuchReturn();
    return { order, return: found };
  }

  /** @throws DomainError `not-found` for another customer's order */
  async listOf(orderId: number, request: ListRequest, visitor: Visitor): Promise<Page<OrderReturn>> {
    const order = await this.orders.getById(orderId, ownerScope(visitor, 'order'));
    const page = await this.returns.page({ order_id: orderId }, request);
    return { ...page, items: page.items.map((each) => ({ order, return: each })) };
  }

  /** Without those of orders that were removed. */
  async list(filter: ReturnFilter, request: ListRequest): Promise<Page<OrderReturn>> {
    const page = await this.returns.page(filter, request);
    const orders = await this.orders.findByIds([...new Set(page.items.map(({ orderId }) => orderId))]);
    const byId = new Map(orders.map((order) => [order.orderId, order]));
    const items = page.items.flatMap((each) => {
      const order = byId.get(each.orderId);
      return order ? [{ order, return: each }] : [];
    });
    return { ...page, items };
  }

  /** @throws DomainError `not-found`, `invalid-transition` */
  approve(returnId: number, caller: Caller): Promise<OrderReturn> {
    return this.take(returnId, 'approved', { caller }, () => undefined);
  }

  /** @throws DomainError `not-found`, `invalid-transition` */
  reject(returnId: number, reason: string, caller: Caller): Promise<OrderReturn> {
    return this.take(returnId, 'rejected', { caller }, (_, rejected) => {
      rejected.rejectionReason = reason;
    });
  }

  /** Customers and guests cancel their own while it is only requested. @throws DomainError `not-found`, `invalid-transition` */
  cancel(returnId: number, visitor: Visitor): Promise<OrderReturn> {
    return this.take(returnId, 'cancelled', visitor, (_order, _return, from) => {
      const mayCancel = hasRole(visitor.caller, 'staff') || from === 'requested';
      if (!mayCancel) throw stepNotOpen('return', from, 'cancelled', []);
    });
  }

  /** @throws DomainError `not-found`, `invalid-transition`, `quantity-exceeds-announced` */
  receive(returnId: number, received: readonly ReceivedPieces[], caller: Caller): Promise<OrderReturn> {
    return this.take(returnId, 'received', { caller }, (order, arrived) => receive(order, arrived, received));
  }

  /** @throws DomainError `not-found`, `invalid-transition`, `refund-exceeds-received`, `refund-exceeds-paid` */
  settle(returnId: number, asked: AskedRefund, caller: Caller): Promise<OrderReturn> {
    return this.take(returnId, 'settled', { caller }, (order, settled) => settle(order, settled, asked));
  }

  /** Erases what customers and staff wrote about a customer's returns; amounts and pieces stay for the books. */
  async eraseCustomer(userId: number): Promise<void> {
    while ((await this.returns.forgetCustomer(userId, ERASE_BATCH)) === ERASE_BATCH);
  }

  private async take(
    returnId: number,
    step: ReturnStatus,
    visitor: Visitor,
    edit: (order: Order, given: Return, from: ReturnStatus) => void,
  ): Promise<OrderReturn> {
    const { order: known } = await this.get(returnId, visitor);
    let taken: Return | undefined;
    const read = () => this.orders.getById(known.orderId);
    const order = await this.changes.apply(read, visitor.caller?.user_id ?? null, async (order, { at }) => {
      const given = await this.returns.find(returnId);
      if (!given) throw noSuchReturn();
      taken = given;
      const from = given.status;
      const allowed = RETURN_TRANSITIONS[from];
      if (!allowed.includes(step)) throw stepNotOpen('return', from, step, allowed);
      edit(order, given, from);
      if (order.isErased) given.forget();
      Object.assign(given, { status: step, updatedAt: at, version: given.version + 1 } satisfies Partial<Return>);
      return {
        alsoIn: async (tx) => {
          await this.returns.save(tx, given);
          await this.events.append(tx, order, given);
        },
      };
    });
    if (!taken) throw noSuchReturn();
    return { order, return: taken };
  }
}

function newReturn(order: Order, items: readonly RequestedPieces[], { at, by }: Moment): Return {
  return Object.assign(new Return(), {
    returnRef: randomUUID(),
    orderId: order.orderId,
    status: 'requested',
    items: items.map(({ order_item_id, quantity, reason }) => ({ order_item_id, quantity, reason: reason ?? null })),
    received: null,
    rejectionReason: null,
    receivedValue: null,
    refundAmount: null,
    fee: null,
    requestedBy: by,
    createdAt: at,
    updatedAt: at,
    version: 1,
  } satisfies Omit<Return, 'returnId' | 'forget'>);
}
