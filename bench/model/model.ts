import type { OrderPayload, PaymentPayload } from '@app/events';
import type { OrderStatus } from '../../apps/orders/src/orders/order-status.js';
import { ModelOrder, PRICE } from './model-order.js';
import type { CrashPoint, Message } from './world.js';

const LEASE_MS = 60_000;
const KEY_MS = 86_400_000;

/** Quantities by product. */
export type Basket = readonly number[];

export interface Purchase {
  userId: number;
  basket: Basket;
  key?: string;
  /** Where the process that handles it dies. */
  crash?: CrashPoint;
}

/** The state of one order_ref: its hold in products and its order in orders. */
export interface Attempt {
  basket: Basket;
  hold: 'held' | 'confirmed' | 'consumed' | 'released';
  expiresAt: number;
  /** Orders has promised that this ref will never have an order. */
  abandoned: boolean;
  order?: ModelOrder;
}

interface Key {
  body: string;
  leaseUntil: number;
  expiresAt: number;
  ref: string | undefined;
  answered: boolean;
}

/** The whole platform from its customers' view: stock, holds, orders, their money, and keys in a few maps. */
export class Model {
  now = 0;
  readonly attempts = new Map<string, Attempt>();
  readonly keys = new Map<string, Key>();
  /** The refs of refunds that staff have been promised. */
  readonly refunds = new Set<string>();
  lastKeyed: Purchase | undefined;

  constructor(
    readonly stock: number[],
    private readonly holdMs: number,
  ) {}

  reserved(product: number): number {
    return [...this.attempts.values()]
      .filter(({ hold }) => hold === 'held' || hold === 'confirmed')
      .reduce((sum, { basket }) => sum + (basket[product] ?? 0), 0);
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
      attempt.hold = 'released';
      return this.free(name, 'inventory-unavailable');
    }
    const pieces = basket.reduce((sum, quantity) => sum + quantity, 0);
    attempt.order = new ModelOrder(userId, this.now, pieces * PRICE);
    if (key) key.answered = true;
    return crash ? 'crashed' : ref;
  }

  step(ref: string, to: OrderStatus, byOwner: boolean): string {
    return this.attempt(ref).order?.step(to, byOwner) ?? 'not-found';
  }

  /** A service handles an event, for the first time or again, in any order. */
  handle({ to, event }: Message): void {
    if (to === 'products') this.moveStock(event.event_type, (event.payload as OrderPayload).order_ref);
    if (to !== 'orders') return;
    const payment = event.payload as PaymentPayload;
    this.attempt(payment.order_ref).order?.hear(payment, event.aggregate_version);
  }

  private moveStock(type: string, ref: string): void {
    const attempt = this.attempt(ref);
    const open = attempt.hold === 'held' || attempt.hold === 'confirmed';
    if (!open) return;
    if (type === 'order.created') attempt.hold = 'confirmed';
    if (type === 'order.cancelled') attempt.hold = 'released';
    if (type !== 'order.shipped') return;
    attempt.hold = 'consumed';
    attempt.basket.forEach((quantity, product) => this.adjust(product, -quantity));
  }

  /** Products sweeps expired holds; the answer of orders about `lost` did not arrive. */
  sweep(lost: string | undefined): void {
    for (const [ref, attempt] of this.attempts) {
      if (attempt.hold !== 'held' || attempt.expiresAt > this.now) continue;
      if (!attempt.order) attempt.abandoned = true;
      if (ref === lost) attempt.expiresAt = this.now + 30_000;
      else attempt.hold = attempt.order ? 'confirmed' : 'released';
    }
  }

  cancelUnpaid(ttlMs: number): void {
    for (const { order } of this.attempts.values()) {
      if (order?.status === 'pending' && order.placedAt < this.now - ttlMs) order.status = 'cancelled';
    }
  }

  adjust(product: number, by: number): void {
    this.stock[product] = (this.stock[product] ?? 0) + by;
  }

  attempt(ref: string): Attempt {
    const attempt = this.attempts.get(ref);
    if (!attempt) throw new Error(`Nobody has reserved under ${ref}.`);
    return attempt;
  }

  /** The refs of all orders, oldest first. */
  get orders(): string[] {
    return [...this.attempts].filter(([, { order }]) => order).map(([ref]) => ref);
  }

  /** Returns the key to run under, or the stored answer of the key. */
  private claim(name: string | undefined, body: string): Key | string | undefined {
    if (name === undefined) return undefined;
    const known = this.keys.get(name);
    const key = known && known.expiresAt > this.now ? known : undefined;
    if (key && key.body !== body) return 'idempotency-key-reused';
    if (key?.answered) return key.ref ?? 'an answer without a ref';
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

  private reserve(ref: string, basket: Basket): string | undefined {
    const known = this.attempts.get(ref);
    if (known) return known.hold === 'released' ? 'inventory-unavailable' : undefined;
    if (basket.some((quantity, product) => quantity > this.available(product))) return 'insufficient-stock';
    this.attempts.set(ref, { basket, hold: 'held', expiresAt: this.now + this.holdMs, abandoned: false });
    return undefined;
  }
}
