import type { PaymentPayload } from '@app/events';
import { type OrderStatus, TRANSITIONS } from '../../apps/orders/src/orders/order-status.js';

/** Of every product, in minor units. */
export const PRICE = 1_000;

/** What a payment is worth to its order, in minor units. */
interface Worth {
  /** Of the payment's newest event. */
  version: number;
  authorized: number;
  captured: number;
  refunded: number;
  disputed: number;
}

/** An order: how far it is, and what it has heard of its money. */
export class ModelOrder {
  status: OrderStatus = 'pending';
  /** Staff have said so: they have the money. */
  isPaidByHand = false;
  private paid = 0;
  private authorized = 0;
  private readonly payments = new Map<number, Worth>();

  constructor(
    readonly userId: number,
    readonly placedAt: number,
    readonly total: number,
  ) {}

  step(to: OrderStatus, byOwner: boolean): string {
    if (this.status === to) return 'ok';
    const allowed = byOwner && this.status !== 'pending' ? [] : TRANSITIONS[this.status];
    if (!allowed.includes(to)) return 'invalid-transition';
    this.status = to;
    if (to === 'paid') {
      this.isPaidByHand = true;
      this.paid = this.total;
    }
    return 'ok';
  }

  /** Hears of a payment, in any order. Money that was secured stays so: a refund takes no step back. */
  hear(payload: PaymentPayload, version: number): void {
    const known = this.payments.get(payload.payment_id);
    if (known && known.version >= version) return;
    this.payments.set(payload.payment_id, {
      version,
      authorized: payload.status === 'authorized' ? minor(payload.authorized_amount) : 0,
      captured: minor(payload.captured_amount),
      refunded: minor(payload.refunded_amount),
      disputed: minor(payload.disputed_amount),
    });
    this.paid = Math.max(this.paid, this.sum('captured'));
    this.authorized = Math.max(this.authorized, this.sum('authorized'));
    if (this.status === 'pending' && this.paid + this.authorized >= this.total) this.status = 'paid';
  }

  get paymentStatus(): string {
    const kept = this.paid - this.sum('refunded');
    if (this.paid + this.authorized < this.total) return kept > 0 ? 'partially_paid' : 'unpaid';
    if (this.paid < this.total) return 'authorized';
    if (this.sum('disputed') > 0) return 'disputed';
    if (kept >= this.total) return kept > this.total ? 'overpaid' : 'paid';
    return kept > 0 ? 'partially_refunded' : 'refunded';
  }

  private sum(amount: keyof Worth): number {
    return [...this.payments.values()].reduce((total, worth) => total + worth[amount], 0);
  }
}

const minor = (amount: string): number => Math.round(Number(amount) * 100);
