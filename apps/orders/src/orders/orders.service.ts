import {
  assertVersion,
  backoff,
  type Caller,
  Clock,
  DomainError,
  type ExpectedVersions,
  hasRole,
  type ListRequest,
  type Page,
  sleep,
} from '@app/kernel';
import { Idempotency } from '@app/idempotency';
import { Injectable } from '@nestjs/common';
import { applyChange, assertAllowed, type OrderChange } from './order-change.js';
import { OrderHistoryEntry } from './order-history-entry.entity.js';
import type { OrderFilter } from './order-list.js';
import { OrderWriter } from './order-writer.js';
import type { Order } from './order.entity.js';
import { noSuchUser, orderActive } from './orders.errors.js';
import { OrdersRepository } from './orders.repository.js';

const CONFLICT_RETRIES = 5;
const ERASE_BATCH = 200;

/** Unpaid orders that were placed before these moments are cancelled. */
export interface UnpaidBounds {
  before: Date;
  /** Not before `before`. */
  unverifiedBefore: Date;
}

/** What becomes of an order after it was placed, and who may see it. */
@Injectable()
export class OrdersService {
  constructor(
    private readonly orders: OrdersRepository,
    private readonly writer: OrderWriter,
    private readonly clock: Clock,
    private readonly idempotency: Idempotency,
  ) {}

  get(orderId: number, caller: Caller): Promise<Order> {
    return this.orders.getById(orderId, ownerScope(caller));
  }

  list(filter: OrderFilter, request: ListRequest): Promise<Page<Order>> {
    return this.orders.page(filter, request);
  }

  /** Another customer's list does not exist for this one. */
  async listOf(userId: number, filter: OrderFilter, request: ListRequest, caller: Caller): Promise<Page<Order>> {
    if (userId !== caller.user_id && !hasRole(caller, 'staff')) throw noSuchUser();
    return this.orders.page({ ...filter, user_id: userId }, request);
  }

  /** A change that changes nothing, such as the same status again, leaves version and events alone. */
  change(orderId: number, change: OrderChange, caller: Caller, ifMatch?: ExpectedVersions): Promise<Order> {
    return this.write(async () => {
      const order = await this.orders.getById(orderId, ownerScope(caller));
      assertVersion(order.version, ifMatch);
      assertAllowed(order, change, caller);
      return this.store(order, caller.user_id, () => applyChange(order, change));
    });
  }

  /** Takes an order out of sight; a pending one is cancelled by it. */
  async remove(orderId: number, caller: Caller, ifMatch?: ExpectedVersions): Promise<void> {
    await this.write(async () => {
      const order = await this.orders.getById(orderId);
      assertVersion(order.version, ifMatch);
      if (order.status === 'paid' || order.status === 'shipped') throw orderActive(order.status);
      return this.store(order, caller.user_id, (at) => {
        if (order.status === 'pending') order.status = 'cancelled';
        order.hiddenAt = at;
        return true;
      });
    });
  }

  /**
   * Cancels up to `limit` orders that are pending since before `before`, and since before `unverifiedBefore` where the
   * customer has not verified the e-mail address. Answers how many; another process's are not counted.
   */
  async cancelUnpaid({ before, unverifiedBefore }: UnpaidBounds, limit: number): Promise<number> {
    const orderIds = await this.orders.findUnpaidIds(before, limit);
    const left = limit - orderIds.length;
    if (left > 0) orderIds.push(...(await this.orders.findUnverifiedIds(before, unverifiedBefore, left)));
    let cancelled = 0;
    for (const orderId of orderIds) {
      if (await this.cancelIfPending(orderId)) cancelled += 1;
    }
    return cancelled;
  }

  /**
   * Erases who the customer was and what they wrote; lines and totals stay for the books. An order that is still on its
   * way keeps its address and tracking number until it has arrived or is cancelled.
   */
  async eraseCustomer(userId: number): Promise<void> {
    while ((await this.orders.eraseCustomer(userId, this.clock.now(), ERASE_BATCH)) === ERASE_BATCH);
    await this.idempotency.forget(userId);
  }

  /** The customer has verified the address that their orders name. */
  noteVerified(userId: number, email: string): Promise<void> {
    return this.orders.noteVerified(userId, email);
  }

  private async cancelIfPending(orderId: number): Promise<boolean> {
    return this.write(async () => {
      const order = await this.orders.findById(orderId);
      if (order?.status !== 'pending') return false;
      await this.store(order, null, () =>
        applyChange(order, { status: 'cancelled', cancel_reason: 'It was not paid in time.' }),
      );
      return true;
    });
  }

  /** Applies `edit` and stores what it changed as the order's next version. */
  private async store(order: Order, by: number | null, edit: (at: Date) => boolean): Promise<Order> {
    const { status, version } = order;
    // Never before the last change, even when this machine's clock is behind the one that wrote it.
    const at = new Date(Math.max(this.clock.now().getTime(), order.updatedAt.getTime()));
    if (!edit(at)) return order;
    order.updatedAt = at;
    order.version = version + 1;
    if (order.status !== status)
      order.history.push(Object.assign(new OrderHistoryEntry(), { status: order.status, at, by }));
    if (order.isErased && order.isFinished) order.forgetDelivery();
    await this.writer.change(order, { status, version });
    return order;
  }

  /** Judges the request again on the newer order when somebody else wrote in between. */
  private async write<T>(attempt: () => Promise<T>): Promise<T> {
    for (let retry = 0; ; retry += 1) {
      try {
        return await attempt();
      } catch (error) {
        const conflict = error instanceof DomainError && error.code === 'version-conflict';
        if (!conflict || retry === CONFLICT_RETRIES) throw error;
        await sleep(backoff(retry, { base: 5, max: 80 }));
      }
    }
  }
}

const ownerScope = (caller: Caller) => (hasRole(caller, 'staff') ? undefined : caller.user_id);
