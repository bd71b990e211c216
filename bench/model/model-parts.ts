import type { Pieces } from './model-line.js';
import type { ModelOrder } from './model-order.js';

/** A shipment, cancellation or return of an order. */
export interface ModelPart {
  /** How the service has named it. */
  id: number;
  readonly pieces: Pieces;
  /** Whether products has moved its stock. */
  hasMovedStock: boolean;
}

export interface ModelCancellation extends ModelPart {
  readonly amount: number;
  /** Nobody is told of it apart from its order, which ended with it. */
  readonly isLast: boolean;
}

export interface ModelShipment extends ModelPart {
  status: 'prepared' | 'shipped' | 'delivered' | 'lost' | 'cancelled';
  shippedAt?: number;
  deliveredAt?: number;
}

/** What staff find in a parcel that came back. */
export interface Arrived {
  resellable: Pieces;
  damaged: Pieces;
  missing: Pieces;
}

/** What staff decide about the money of a return, in minor units. */
export interface Decision {
  refund_amount?: number;
  fee?: number;
}

type ReturnStep = 'approved' | 'rejected' | 'cancelled';

const STEPS: Record<ReturnStep, readonly string[]> = {
  approved: ['requested'],
  rejected: ['requested'],
  cancelled: ['requested', 'approved', 'received'],
};

/** What comes back of an order. Each step returns what the service must answer. */
export class ModelReturn implements ModelPart {
  id = 0;
  hasMovedStock = false;
  status: 'requested' | 'received' | 'settled' | ReturnStep = 'requested';
  /** The statuses that others are told of. */
  readonly told: string[] = ['requested'];
  restocked: Pieces = [];
  value: number | null = null;
  refund: number | null = null;
  fee: number | null = null;

  constructor(
    private readonly order: ModelOrder,
    readonly pieces: Pieces,
  ) {}

  get isUnderWay(): boolean {
    return this.status === 'requested' || this.status === 'approved';
  }

  take(step: ReturnStep, byOwner: boolean): string {
    const from = step === 'cancelled' && byOwner ? ['requested'] : STEPS[step];
    return from.includes(this.status) ? this.become(step) : 'invalid-transition';
  }

  receive({ resellable, damaged, missing }: Arrived): string {
    if (this.status !== 'approved') return 'invalid-transition';
    const arrived = this.pieces.map((_, product) => (resellable[product] ?? 0) + (damaged[product] ?? 0));
    const isTooMuch = this.pieces.some((most, product) => (arrived[product] ?? 0) + (missing[product] ?? 0) > most);
    if (isTooMuch) return 'quantity-exceeds-announced';
    this.value = this.order.takeBack(arrived);
    this.restocked = resellable;
    return this.become('received');
  }

  settle({ refund_amount, fee = 0 }: Decision): string {
    const { value, order } = this;
    if (this.status !== 'received' || value === null) return 'invalid-transition';
    const refund = refund_amount ?? value - fee;
    if (refund < 0 || refund + fee > value) return 'refund-exceeds-received';
    if (refund > order.refundable) return 'refund-exceeds-paid';
    Object.assign(this, { refund, fee });
    order.credited += refund;
    return this.become('settled');
  }

  private become(status: this['status']): 'ok' {
    this.status = status;
    if (status !== 'cancelled') this.told.push(status);
    return 'ok';
  }
}
