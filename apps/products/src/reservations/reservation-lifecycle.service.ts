import { Database, type Tx } from '@app/database';
import { Clock } from '@app/kernel';
import { Inbox } from '@app/outbox';
import { Injectable } from '@nestjs/common';
import { Invalidations, type RecordedChange, UNCHANGED } from '../cache/invalidations.js';
import { StockLedger } from '../inventory/stock-ledger.js';
import { type ReservationStatus, type ReservationStep, STOCK_EFFECTS } from './reservation-status.js';
import { ReservationsRepository } from './reservations.repository.js';

/** An order event: the id that makes its redelivery harmless, and the order it is about. */
export interface OrderFact {
  event_id: string;
  order_ref: string;
}

const REASONS: Record<ReservationStep, string> = {
  confirm: 'order placed',
  consume: 'order shipped',
  release: 'order cancelled',
  expire: 'reservation expired',
};

/** What happens to a reservation after it was made. Every step may come twice and in any order. */
@Injectable()
export class ReservationLifecycleService {
  constructor(
    private readonly database: Database,
    private readonly reservations: ReservationsRepository,
    private readonly ledger: StockLedger,
    private readonly invalidations: Invalidations,
    private readonly inbox: Inbox,
    private readonly clock: Clock,
  ) {}

  orderCreated(fact: OrderFact): Promise<void> {
    return this.take('confirm', fact.order_ref, fact.event_id);
  }

  orderShipped(fact: OrderFact): Promise<void> {
    return this.take('consume', fact.order_ref, fact.event_id);
  }

  orderCancelled(fact: OrderFact): Promise<void> {
    return this.take('release', fact.order_ref, fact.event_id);
  }

  /** The order came to nothing. Also when its reservation is still on the way: that one is refused then. */
  release(orderRef: string): Promise<void> {
    return this.take('release', orderRef);
  }

  confirm(orderRef: string): Promise<void> {
    return this.take('confirm', orderRef);
  }

  expire(orderRef: string): Promise<void> {
    return this.take('expire', orderRef);
  }

  private async take(step: ReservationStep, orderRef: string, eventId?: string): Promise<void> {
    const change = await this.database.transaction(async (tx) => {
      if (eventId !== undefined && !(await this.inbox.once(tx, eventId))) return UNCHANGED;
      const advanced = await this.reservations.advance(tx, orderRef, step, this.clock.now());
      return advanced ? this.moveStock(tx, step, orderRef) : this.notAdvanced(tx, step, orderRef);
    });
    await this.invalidations.carryOut(change);
  }

  private async moveStock(tx: Tx, step: ReservationStep, orderRef: string): Promise<RecordedChange> {
    const effect = STOCK_EFFECTS[step];
    const items = await this.reservations.items(orderRef, tx);
    if (items.length === 0 || effect.reserved === 0) return UNCHANGED;
    const changes = items.map(({ productId, quantity }) => ({
      product_id: productId,
      stock_delta: effect.stock * quantity,
      reserved_delta: effect.reserved * quantity,
    }));
    return this.ledger.apply(tx, changes, { reason: REASONS[step], order_ref: orderRef });
  }

  /** A step that starts from another state was taken before or overtaken, unless what it needs never was. */
  private async notAdvanced(tx: Tx, step: ReservationStep, orderRef: string): Promise<RecordedChange> {
    const status = await this.reservations.statusOf(orderRef, tx);
    if (status === undefined && step === 'release') await this.bar(tx, orderRef);
    else if (isLost(step, status)) {
      throw new Error(
        `The reservation of order ${orderRef} is ${status ?? 'missing'}, so the order cannot ${step} it.`,
      );
    }
    return UNCHANGED;
  }

  /** Leaves an ended reservation behind, so that one which arrives late is refused. */
  private async bar(tx: Tx, orderRef: string): Promise<void> {
    const now = this.clock.now();
    await this.reservations.insert(tx, orderRef, 'released', now, now);
  }
}

/** Goods left, or an order was placed, without stock held for it: an operator must see this, not a log line. */
function isLost(step: ReservationStep, status: ReservationStatus | undefined): boolean {
  return (status === undefined && step !== 'expire') || (step === 'consume' && status === 'released');
}
