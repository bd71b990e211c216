import { backgroundSettled } from '@app/async';
import type { Envelope } from '@app/events';
import type { Database } from '@app/database';
import { type Caller, DomainError } from '@app/kernel';
import type { Commands } from '@app/messaging';
import type { RequestedLine } from '../../apps/orders/src/stock/inventory.client.js';
import type { OrderStatus } from '../../apps/orders/src/orders/order-status.js';
import { CONDITIONS } from '../../apps/orders/src/returns/return.entity.js';
import { toSnapshotResponse } from '../../apps/products/src/reservations/dto/snapshot-response.dto.js';
import { manifest as orders } from '../../apps/orders/src/orders.manifest.js';
import { Payment } from '../../apps/payments/src/payments/payment.entity.js';
import { manifest as payments } from '../../apps/payments/src/payments.manifest.js';
import { manifest as products } from '../../apps/products/src/products.manifest.js';
import { CRASHED } from './life.js';
import { type Capture, codeOf, MoneySide, type Trouble } from './money-side.js';
import { type Pieces, PRICES } from './model-line.js';
import type { Arrived, Decision } from './model-parts.js';
import { OrdersSide } from './orders-side.js';
import type { PartRequest } from './parts-side.js';
import { ProductsSide } from './products-side.js';
import { StoppedClock } from './stopped-clock.js';

/** Where the process dies during a checkout, or while it makes a part of an order. */
export type CrashPoint = 'before reserving' | 'after reserving' | 'before the commit' | 'after the commit';

/** A POST that makes a part of an order; without pieces of all that is open. */
export interface PartWish extends Omit<PartRequest, 'orderId' | 'body'> {
  ref: string;
  pieces: Pieces | undefined;
  status?: 'prepared' | 'shipped';
}

/** The ids of an order's parts, oldest first. */
export type PartIds = Record<PartRequest['kind'], number[]>;

export const STAFF = { user_id: 1, role: 'staff' } as const;
const BETWEEN_STORIES_MS = 3_600_000;
/** The reply of a request without an Idempotency-Key. */
const UNKEYED = { claim: undefined, answer: () => undefined };

/** A message of one service, on its way to another. */
export interface Message {
  to: 'products' | 'orders' | 'payments';
  event: Envelope;
}

/** What the topic hands on to whom. */
const HEARS = { products: products.hears, orders: orders.hears, payments: payments.hears };

/** Three services with their own databases; the model's commands control their queues and their clock. */
export class World {
  readonly clock = new StoppedClock();
  /** Unfinished messages. */
  queue: Message[] = [];
  /** Events that the topic accepted. */
  published: Envelope[] = [];
  /** The ref of the last requested reservation. */
  lastRef: string | undefined;
  /** The result of the next publications. */
  topic: 'takes' | 'refuses' | 'takes without an answer' = 'takes';
  /** Which of the next answers of orders to products is lost. */
  loseAnswer = Infinity;
  /** The ref of the lost answer. */
  lost: string | undefined;
  productIds: number[] = [];
  orders!: OrdersSide;
  products!: ProductsSide;
  money!: MoneySide;
  private crashAt: CrashPoint | undefined;
  private die: () => void = () => undefined;

  static async open(databaseUrl: (service: string) => string): Promise<World> {
    const world = new World();
    const { clock } = world;
    world.products = await ProductsSide.open({
      databaseUrl: databaseUrl('products'),
      clock,
      settle: (ref) => world.settle(ref),
    });
    world.orders = await OrdersSide.open({
      databaseUrl: databaseUrl('orders'),
      clock,
      neighbours: { ask: (pattern: string, payload: object) => world.answer(pattern, payload) } as unknown as Commands,
      publish: (envelope) => world.publish(envelope),
    });
    world.money = await MoneySide.open({
      databaseUrl: databaseUrl('payments'),
      clock,
      publish: (envelope) => world.publish(envelope),
      payable: ({ order_id, user_id }) =>
        world.orders.payable.get(order_id, user_id === undefined ? undefined : { user_id }),
    });
    for (const [index, price] of PRICES.entries()) {
      const name = 'ABC'.charAt(index);
      const input = { sku: name, name, price };
      world.productIds.push((await world.products.products.create(input, STAFF.user_id, UNKEYED)).productId);
    }
    return world;
  }

  async close(): Promise<void> {
    await Promise.all([this.orders.database.close(), this.products.database.close(), this.money.close()]);
  }

  /** Starts a story: no orders, and `stock` units of each product. */
  async reset(stock: readonly number[], capture: Capture): Promise<void> {
    // What the provider tells of the last story is no longer new.
    this.clock.advance(BETWEEN_STORIES_MS);
    Object.assign(this, { queue: [], published: [], topic: 'takes', loseAnswer: Infinity });
    const empty = async (side: { database: Database }, tables: string) => {
      for (const table of tables.split(' ')) await side.database.execute(`DELETE FROM ${table}`);
    };
    await empty(
      this.orders,
      'order_returns cancellations shipments order_payments order_items order_history order_refs orders outbox idempotency_keys',
    );
    await empty(this.products, 'reservation_items reservations inventory_movements outbox inbox');
    await empty(
      this.money,
      'refunds payment_entries payments provider_events provider_cursors outbox idempotency_keys',
    );
    await this.products.database.execute('UPDATE inventory SET stock_quantity = 0, reserved_quantity = 0');
    for (const [index, stock_quantity] of stock.entries()) {
      await this.products.inventory.change(this.productIds[index] ?? 0, { stock_quantity }, STAFF.user_id, UNKEYED);
    }
    await this.money.reset(capture);
  }

  /** Returns the order's ref, or an error code. */
  async buy(userId: number, items: RequestedLine[], key?: string, crashAt?: CrashPoint): Promise<string> {
    const caller = { user_id: userId, role: 'customer' } as const;
    return this.during(crashAt, () => this.orders.place(caller, { items }, key, () => this.pass('after the commit')));
  }

  /** Returns the part's id, or an error code. */
  async make({ ref, pieces, status, ...request }: PartWish, crashAt?: CrashPoint): Promise<string> {
    const orderId = await this.orderIdOf(ref);
    const items = pieces && (await this.itemsOf(orderId, pieces));
    const body = { ...(items && { items }), ...(status && { status }) };
    return this.during(crashAt, async () =>
      String(await this.orders.parts.make({ ...request, orderId, body }, (moment) => this.pass(moment))),
    );
  }

  /** Pieces as lines of an order. */
  async itemsOf(orderId: number, pieces: Pieces): Promise<{ order_item_id: number; quantity: number }[]> {
    const sql = 'SELECT order_item_id, product_id FROM order_items WHERE order_id = ? ORDER BY product_id';
    const lines = await this.orders.database.query<{ order_item_id: number; product_id: number }>(sql, [orderId]);
    return lines
      .map(({ order_item_id, product_id }) => ({
        order_item_id,
        quantity: pieces[this.productIds.indexOf(product_id)] ?? 0,
      }))
      .filter(({ quantity }) => quantity > 0);
  }

  async partIds(ref: string): Promise<PartIds> {
    const orderId = await this.orderIdOf(ref);
    const ids = async (table: string, column: string) => {
      const sql = `SELECT ${column} AS id FROM ${table} WHERE order_id = ? ORDER BY ${column}`;
      return (await this.orders.database.query<{ id: number }>(sql, [orderId])).map(({ id }) => id);
    };
    return {
      shipments: await ids('shipments', 'shipment_id'),
      cancellations: await ids('cancellations', 'cancellation_id'),
      returns: await ids('order_returns', 'return_id'),
    };
  }

  /** Runs work of orders, which may die over it. Returns the result, or an error's code. */
  private async during(crashAt: CrashPoint | undefined, work: () => Promise<string>): Promise<string> {
    this.crashAt = crashAt;
    const died = new Promise<string>((resolve) => (this.die = () => resolve(CRASHED)));
    try {
      const answer = await Promise.race([work().catch(codeOf), died]);
      await backgroundSettled(10_000);
      return answer;
    } finally {
      this.crashAt = undefined;
    }
  }

  /** Lets a service handle a message; false if it could not, and the message stays. */
  async deliver({ to, event }: Message, trouble?: Trouble): Promise<boolean> {
    if (to !== 'payments') await this[to].handle(event);
    else return (await this.money.during(trouble, (payments) => payments.handle(event))) === undefined;
    return true;
  }

  /** Returns `ok`, or an error code. */
  async step(ref: string, status: OrderStatus, userId?: number): Promise<string> {
    const orderId = await this.orderIdOf(ref);
    const caller = userId === undefined ? STAFF : ({ user_id: userId, role: 'customer' } as const);
    return answered(this.orders.orders.change(orderId, { status }, { caller }));
  }

  moveShipment(shipmentId: number, status: 'shipped' | 'delivered' | 'lost' | 'cancelled'): Promise<string> {
    const { shipments } = this.orders.parts;
    const moved =
      status === 'cancelled' ? shipments.cancel(shipmentId, STAFF) : shipments.change(shipmentId, { status }, STAFF);
    return answered(moved);
  }

  takeReturn(returnId: number, step: 'approved' | 'rejected' | 'cancelled', caller: Caller): Promise<string> {
    const { returns } = this.orders.parts;
    if (step === 'cancelled') return answered(returns.cancel(returnId, { caller }));
    return answered(
      step === 'approved' ? returns.approve(returnId, caller) : returns.reject(returnId, 'It was used.', caller),
    );
  }

  async receiveReturn(ref: string, returnId: number, arrived: Arrived): Promise<string> {
    const orderId = await this.orderIdOf(ref);
    const received = await Promise.all(
      CONDITIONS.map(async (condition) => {
        const items = await this.itemsOf(orderId, arrived[condition]);
        return items.map((each) => ({ ...each, condition, restock: condition === 'resellable' }));
      }),
    );
    return answered(this.orders.parts.returns.receive(returnId, received.flat(), STAFF));
  }

  settleReturn(returnId: number, decision: Decision): Promise<string> {
    return answered(this.orders.parts.returns.settle(returnId, decision, STAFF));
  }

  async orderIdOf(ref: string): Promise<number> {
    const sql = 'SELECT order_id FROM orders WHERE order_ref = ?';
    const [row] = await this.orders.database.query<{ order_id: number }>(sql, [ref]);
    return row?.order_id ?? 0;
  }

  /** Oldest first. */
  payments(): Promise<Payment[]> {
    return this.money.database.repository(Payment).find({ order: { paymentId: 'ASC' } });
  }

  adjust(product: number, adjustment: number): Promise<string> {
    const change = this.products.inventory.change(
      this.productIds[product] ?? 0,
      { adjustment },
      STAFF.user_id,
      UNKEYED,
    );
    return answered(change);
  }

  /** Never returns at the crash point, as a dead process. */
  private async pass(point: CrashPoint): Promise<void> {
    if (this.crashAt !== point) return;
    this.die();
    await new Promise(() => undefined);
  }

  private async answer(pattern: string, payload: object): Promise<unknown> {
    if (pattern === 'users.get')
      return { ...payload, email: 'customer@example.com', full_name: 'Ann', email_verified: true };
    const { order_ref, items } = payload as { order_ref: string; items: RequestedLine[] };
    if (pattern === 'inventory.release') return this.products.lifecycle.release(order_ref);
    await this.pass('before reserving');
    this.lastRef = order_ref;
    const snapshot = await this.products.reservations.reserve(order_ref, items);
    await this.pass('after reserving');
    return toSnapshotResponse(snapshot);
  }

  private async settle(ref: string): Promise<'placed' | 'abandoned'> {
    const { outcome } = await this.orders.settlement.settle(ref);
    if (this.loseAnswer-- !== 0) return outcome;
    this.lost = ref;
    throw new DomainError('service-unavailable', 'The answer was lost.');
  }

  private publish(envelope: Envelope): Promise<void> {
    if (this.topic === 'refuses') throw new Error('The topic is away.');
    this.published.push(envelope);
    for (const [to, hears] of Object.entries(HEARS)) {
      const isHeard = (hears as readonly string[]).includes(envelope.event_type);
      if (isHeard) this.queue.push({ to: to as Message['to'], event: envelope });
    }
    if (this.topic === 'takes without an answer') throw new Error('The answer was lost.');
    return Promise.resolve();
  }
}

const answered = (work: Promise<unknown>): Promise<string> => work.then(() => 'ok', codeOf);
