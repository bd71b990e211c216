import type { Tx } from '@app/database';
import { Idempotency } from '@app/idempotency';
import {
  assertVersion,
  type Caller,
  Clock,
  type ExpectedVersions,
  hasRole,
  type ListRequest,
  makeAddress,
  ownerScope,
  type Page,
  type Visitor,
} from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { placeOf } from '../pricing/place.js';
import { QuotesService } from '../pricing/quotes.service.js';
import { applyChange, assertAllowed, type OrderChange } from './order-change.js';
import type { OrderFilter } from './order-list.js';
import type { SecuredMoney } from './order-axes.js';
import { OrderChanges } from './order-changes.js';
import type { Change } from './order-writer.js';
import { type Moment, moveParts, trackParcel } from './order-parts.js';
import { OrderPartsRepository } from './order-parts.repository.js';
import { secureMoney } from './order-steps.js';
import type { Order } from './order.entity.js';
import { structured } from './order-address.js';
import { noSuchUser, orderActive, pricedForAddress } from './orders.errors.js';
import { OrdersRepository } from './orders.repository.js';

const ERASE_BATCH = 200;

/** What has become known of an order's money. */
export interface MoneyNews {
  money: SecuredMoney;
  store: (tx: Tx) => Promise<void>;
}

/** Unpaid orders placed before these times are cancelled. */
export interface UnpaidCutoffs {
  before: Date;
  /** Never earlier than `before`. */
  unverifiedBefore: Date;
}

/** Reads and changes orders after they were placed, as far as the caller may. */
@Injectable()
export class OrdersService {
  constructor(
    private readonly orders: OrdersRepository,
    private readonly parts: OrderPartsRepository,
    private readonly changes: OrderChanges,
    private readonly clock: Clock,
    private readonly idempotency: Idempotency,
    private readonly quotes: QuotesService,
  ) {}

  get(orderId: number, visitor: Visitor): Promise<Order> {
    return this.orders.getById(orderId, ownerScope(visitor, 'order'));
  }

  list(filter: OrderFilter, request: ListRequest): Promise<Page<Order>> {
    return this.orders.page(filter, request);
  }

  /** @throws DomainError `not-found` for another customer's list */
  async listOf(userId: number, filter: OrderFilter, request: ListRequest, caller: Caller): Promise<Page<Order>> {
    if (userId !== caller.user_id && !hasRole(caller, 'staff')) throw noSuchUser();
    return this.orders.page({ ...filter, user_id: userId }, request);
  }

  /** A change without effect, such as the same status again, makes no new version and no event. */
  change(orderId: number, change: OrderChange, visitor: Visitor, ifMatch?: ExpectedVersions): Promise<Order> {
    const { caller } = visitor;
    const read = () => this.orders.getById(orderId, ownerScope(visitor, 'order'));
    return this.changes.apply(read, caller?.user_id ?? null, async (order, moment) => {
      assertVersion(order.version, ifMatch);
      assertAllowed(order, change, caller);
      if (!hasRole(caller, 'staff')) await this.assertSamePrice(order, change);
      return this.applied(order, change, moment);
    });
  }

  /** Hides an order; a pending one is also cancelled. */
  async remove(orderId: number, caller: Caller, ifMatch?: ExpectedVersions): Promise<void> {
    const read = () => this.orders.getById(orderId);
    await this.changes.apply(read, caller.user_id, async (order, moment) => {
      assertVersion(order.version, ifMatch);
      if (order.status === 'paid' || order.status === 'shipped') throw orderActive(order.status);
      const change = order.status === 'pending' ? await this.applied(order, { status: 'cancelled' }, moment) : {};
      order.hiddenAt = moment.at;
      return change;
    });
  }

  /**
   * Cancels up to `limit` pending orders placed before `before`, or before `unverifiedBefore` if the customer has not
   * verified the e-mail address. Returns how many, without those that another process cancelled.
   */
  async cancelUnpaid({ before, unverifiedBefore }: UnpaidCutoffs, limit: number): Promise<number> {
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
   * Erases the customer's personal data and texts; lines and totals stay for the books. An order that is still on its
   * way keeps its address and tracking number until it is completed or cancelled.
   */
  async eraseCustomer(userId: number): Promise<void> {
    while ((await this.orders.eraseCustomer(userId, this.clock.now(), ERASE_BATCH)) === ERASE_BATCH);
    await this.parts.forgetCustomer(userId);
    await this.idempotency.forget(userId);
  }

  /** Records that the customer has verified the e-mail address in their orders. */
  markVerified(userId: number, email: string): Promise<void> {
    return this.orders.markVerified(userId, email);
  }

  /**
   * Writes down what payments have secured of an order, and takes the step that follows; `find` looks for the news, which
   * are stored in the same transaction. Does nothing without news, and for an order that was removed.
   */
  async learnMoney(orderId: number, find: (order: Order) => Promise<MoneyNews | undefined>): Promise<void> {
    const read = () => this.orders.findById(orderId);
    await this.changes.apply(read, null, async (order) => {
      // Looked for after the order was read: what is written since then writes the order too, and the attempt starts again.
      const news = await find(order);
      if (!news) return undefined;
      secureMoney(order, news.money);
      return { alsoIn: news.store };
    });
  }

  /** Whoever orders to where nothing is taxed pays no less elsewhere. @throws DomainError `address-fixed` */
  private async assertSamePrice({ shippingAddress, shippingMethod }: Order, change: OrderChange): Promise<void> {
    if (change.shipping_address === undefined) return;
    const from = structured(shippingAddress);
    const to = change.shipping_address && makeAddress(change.shipping_address);
    const [here, there] = [from && placeOf(from), to && placeOf(to)];
    const method = shippingMethod?.shipping_method_id ?? null;
    if (!(await this.quotes.arePricedAlike(here, there, method))) throw pricedForAddress();
  }

  private async cancelIfPending(orderId: number): Promise<boolean> {
    let isCancelled = false;
    const change: OrderChange = { status: 'cancelled', cancel_reason: 'It was not paid in time.' };
    await this.changes.apply(
      () => this.orders.findById(orderId),
      null,
      (order, moment) => {
        isCancelled = order.status === 'pending';
        return isCancelled ? this.applied(order, change, moment) : undefined;
      },
    );
    return isCancelled;
  }

  /** Changes an order, with the parts that a step of the whole moves. Undefined if nothing differs. */
  private async applied(order: Order, change: OrderChange, moment: Moment): Promise<Change | undefined> {
    const {
      status: step = order.status,
      carrier = null,
      tracking_number = null,
      cancel_reason: reason = null,
    } = change;
    const isTracked = carrier !== null || tracking_number !== null;
    // Nothing of a pending order is packed.
    const mayHaveParts = order.status !== 'pending' && (step !== order.status || isTracked);
    const shipments = mayHaveParts ? await this.parts.shipments(order.orderId) : [];
    if (step === order.status) {
      const isChanged = applyChange(order, change, moment.at);
      return isChanged ? { parts: isTracked ? trackParcel(order, shipments, moment) : {} } : undefined;
    }
    const parcels = isTracked ? [{ carrier, tracking_number, tracking_url: null }] : [];
    const parts = moveParts(order, shipments, { ...moment, step, parcels, reason });
    applyChange(order, change, moment.at);
    return { parts };
  }
}
