import type { PaymentPayload } from '@app/events';

/** What a payment is worth to its order, in minor units. */
interface Worth {
  /** Of the payment's newest event. */
  version: number;
  authorized: number;
  captured: number;
  refunded: number;
  disputed: number;
}

/** What an order has heard of its money. */
export class ModelMoney {
  /** Staff have said so: they have the money. */
  isPaidByHand = false;
  paid = 0;
  authorized = 0;
  private readonly payments = new Map<number, Worth>();

  payByHand(amount: number): void {
    this.isPaidByHand = true;
    this.paid = amount;
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
  }

  get refunded(): number {
    return this.sum('refunded');
  }

  get disputed(): number {
    return this.sum('disputed');
  }

  private sum(amount: keyof Worth): number {
    return [...this.payments.values()].reduce((total, worth) => total + worth[amount], 0);
  }
}

const minor = (amount: string): number => Math.round(Number(amount) * 100);
