import type { Envelope, OrderPayload, PartialCancellationPayload, PaymentPayload } from '@app/events';
import type { ReturnPayload, ShipmentPayload } from '@app/events';
import type { OrderStatus } from '../../apps/orders/src/orders/order-status.js';
import { ModelHold } from './model-hold.js';
import { type Pieces, sumOf } from './model-line.js';
import { ModelOrder } from './model-order.js';
import type { ModelPart } from './model-parts.js';
import type { CrashPoint, Message, PartWish } from './world.js';

const LEASE_MS = 60_000;
const KEY_MS = 86_400_000;

export interface Purchase {
  userId: number;
  basket: Pieces;
  key?: string;
  /** Where the process that handles it dies. */
  crash?: CrashPoint;
}

/** A request that makes a part of an order. */
export interface Wish extends PartWish {
  byOwner: boolean;
  /** Where the process that handles it dies. */
  crash: CrashPoint | undefined;
}

/** The key of such a request, and what it asks for. */
export interface Making {
  /** Of the key: whose it is, and of which route. */
  scope: string;
  key: string | undefined;
  body: object;
  crash: CrashPoint | undefined;
}

/** The state of one order_ref: its hold in products and its order in orders. */
export interface Attempt {
  hold: ModelHold;
  /** Orders has promised that this ref will never have an order. */
  abandoned: boolean;
  order?: ModelOrder;
}

/** An order, and the ref under which its stock is held. */
export interface Placed {
  ref: string;
  order: ModelOrder;
}

interface Key {
  body: string;
  leaseUntil: number;
  expiresAt: number;
  ref: string | undefined;
  answered: boolean;
  /** What its request has made, other than an order. */
  part?: ModelPart;
}

/** The whole platform from its customers' view: stock, holds, orders, their parts and money, and keys in a few maps. */
export class Model {
  now = 0;
  readonly attempts = new Map<string, Attempt>();
  readonly keys = new Map<string, Key>();
  /** The refs of refunds that staff have been promised. */
  readonly refunds = new Set<string>();
  lastKeyed: Purchase | undefined;
  /** The last request that made a part under a key. */
  lastMade: Wish | undefined;
  /** What staff have put into the stock, all in all. */
  readonly stocked: number[];

  constructor(
    readonly stock: number[],
    private readonly holdMs: number,
  ) {
    this.stocked = [...stock];
  }

  reserved(product: number): number {
    return sumOf([...this.attempts.values()].map(({ hold }) => (hold.isLive ? hold.left(product) : 0)));
  }

  available(product: number): number {
    return (this.stock[product] ?? 0) - this.reserved(product);
  }

  /** Changes the model by POST /orders, and returns the required result; the service has chosen `ref`. */
  buy(purchase: Purchase, ref: string | undefined): string {
    const { userId, basket, crash } = purchase;
    const name = purchase.key === undefined ? undefined : `${userId} ${purchase.key}`;
    if (name !== undefined) this.lastKeyed = { userId, basket, key: purchase.key as string };
    const key = this.claim(name, JSON.stringify(basket));
    if (typeof key === 'string') return key;
    if (crash === 'before reserving') return 'crashed';
    if (key?.ref !== undefined && key.ref !== ref) return `the ref ${key.ref} again`;
    if (ref === undefined) return 'a reservation';
    if (key) key.ref = ref;
    const refusal = this.reserve(ref, basket);
    if (refusal) return this.free(name, refusal);
    if (crash === 'after reserving') return 'crashed';
    const attempt = this.attempt(ref);
    if (attempt.abandoned) {
      attempt.hold.release();
      return this.free(name, 'inventory-unavailable');
    }
    attempt.order = new ModelOrder(userId, this.now, basket);
    if (key) key.answered = true;
    return crash ? 'crashed' : ref;
  }

  step(ref: string, to: OrderStatus, byOwner: boolean): string {
    return this.attempt(ref).order?.step(to, byOwner, this.now) ?? 'not-found';
  }

  /** Changes the model by a request that makes a part; a repeat under its key is answered with the same part. */
  make({ scope, key, body, crash }: Making, make: () => ModelPart | string): ModelPart | string {
    const name = key === undefined ? undefined : `${scope} ${key}`;
    const claimed = this.claim(name, JSON.stringify(body));
    if (typeof claimed === 'string') return claimed;
    if (crash === 'before the commit') return 'crashed';
    const made = make();
    if (typeof made === 'string') return this.free(name, made);
    if (claimed) Object.assign(claimed, { answered: true, part: made });
    return crash ? 'crashed' : made;
  }

  /** A service handles an event, for the first time or again, in any order. */
  handle({ to, event }: Message): void {
    if (to === 'products') this.moveStock(event);
    if (to !== 'orders') return;
    const payment = event.payload as PaymentPayload;
    this.attempt(payment.order_ref).order?.money.hear(payment, event.aggregate_version);
  }

  private moveStock({ event_type, payload }: Envelope): void {
    const { hold, order } = this.attempt((payload as OrderPayload).order_ref);
    const find = <P extends ModelPart>(parts: readonly P[] = [], id: number) => parts.find((part) => part.id === id);
    if (event_type === 'order.created' && hold.status === 'held') hold.status = 'confirmed';
    if (event_type === 'order.cancelled' && hold.isLive) hold.release();
    if (event_type === 'shipment.shipped') {
      const part = find(order?.shipments, (payload as ShipmentPayload).shipment.shipment_id);
      if (this.takePart(hold, part, 'consumed'))
        part?.pieces.forEach((quantity, product) => this.add(product, -quantity));
    }
    if (event_type === 'order.partially-cancelled') {
      const { cancellation_id } = (payload as PartialCancellationPayload).cancellation;
      this.takePart(hold, find(order?.cancellations, cancellation_id), 'released');
    }
    if (event_type === 'return.received') {
      const part = find(order?.returns, (payload as ReturnPayload).return.return_id);
      if (!part?.hasMovedStock) part?.restocked.forEach((quantity, product) => this.add(product, quantity));
      if (part) part.hasMovedStock = true;
    }
  }

  /** False if it was taken, or overtaken by the end of the whole. */
  private takePart(hold: ModelHold, part: ModelPart | undefined, as: 'consumed' | 'released'): boolean {
    if (!part || part.hasMovedStock || !hold.isLive) return false;
    part.hasMovedStock = true;
    hold.take(part.pieces, as);
    return true;
  }

  /** Products sweeps expired holds; the answer of orders about `lost` did not arrive. */
  sweep(lost: string | undefined): void {
    for (const [ref, attempt] of this.attempts) {
      const { hold, order } = attempt;
      if (hold.status !== 'held' || hold.expiresAt > this.now) continue;
      if (!order) attempt.abandoned = true;
      if (ref === lost) hold.expiresAt = this.now + 30_000;
      else if (order) hold.status = 'confirmed';
      else hold.release();
    }
  }

  /** Returns the orders that end. */
  cancelUnpaid(ttlMs: number): Placed[] {
    const unpaid = this.orders.filter(({ order }) => order.status === 'pending' && order.placedAt < this.now - ttlMs);
    for (const { order } of unpaid) order.cancelAll();
    return unpaid;
  }

  /** Staff add to the stock, or take from it. */
  adjust(product: number, by: number): void {
    this.stocked[product] = (this.stocked[product] ?? 0) + by;
    this.add(product, by);
  }

  private add(product: number, by: number): void {
    this.stock[product] = (this.stock[product] ?? 0) + by;
  }

  attempt(ref: string): Attempt {
    const attempt = this.attempts.get(ref);
    if (!attempt) throw new Error(`Nobody has reserved under ${ref}.`);
    return attempt;
  }

  /** All orders, oldest first. */
  get orders(): Placed[] {
    return [...this.attempts].flatMap(([ref, { order }]) => (order ? [{ ref, order }] : []));
  }

  /** Returns the key to run under, or the stored answer of the key. */
  private claim(name: string | undefined, body: string): Key | string | undefined {
    if (name === undefined) return undefined;
    const known = this.keys.get(name);
    const key = known && known.expiresAt > this.now ? known : undefined;
    if (key && key.body !== body) return 'idempotency-key-reused';
    if (key?.answered) return key.part ? String(key.part.id) : (key.ref ?? 'an answer without a ref');
    if (key && key.leaseUntil > this.now) return 'idempotency-key-in-use';
    const times = { leaseUntil: this.now + LEASE_MS, expiresAt: this.now + KEY_MS };
    const claimed = { body, ref: key?.ref, answered: false, ...times };
    this.keys.set(name, claimed);
    return claimed;
  }

  private free(name: string | undefined, code: string): string {
    if (name !== undefined) this.keys.delete(name);
    return code;
  }

  private reserve(ref: string, basket: Pieces): string | undefined {
    const known = this.attempts.get(ref);
    if (known) return known.hold.status === 'released' ? 'inventory-unavailable' : undefined;
    if (basket.some((quantity, product) => quantity > this.available(product))) return 'insufficient-stock';
    this.attempts.set(ref, { hold: new ModelHold(basket, this.now + this.holdMs), abandoned: false });
    return undefined;
  }
}
