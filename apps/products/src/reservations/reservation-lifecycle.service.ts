import { Database, type Tx } from '@app/database';
import { Clock } from '@app/kernel';
import { Inbox } from '@app/outbox';
import { Injectable } from '@nestjs/common';
import { Invalidations, type RecordedChange, UNCHANGED } from '../cache/invalidations.js';
import { StockLedger } from '../stock/stock-ledger.js';
import { type EndingStep, type ReservationStatus, stockChange, STEPS } from './reservation-status.js';
import { ReservationsRepository } from './reservations.repository.js';

/** An order event: its id, which makes redeliveries harmless, and its order. */
export interface OrderFact {
  event_id: string;
  order_ref: string;
}

type WholeStep = 'confirm' | EndingStep;

const REASONS: Record<EndingStep, string> = {
  consume: 'order shipped',
  release: 'order cancelled',
  expire: 'reservation expired',
};

/** Applies the steps of whole reservations. Every step may arrive twice and in any order. */
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
    return this.applyStep('confirm', fact.order_ref, fact.event_id);
  }

  /** Consumes all that is left. */
  orderShipped(fact: OrderFact): Promise<void> {
    return this.applyStep('consume', fact.order_ref, fact.event_id);
  }

  /** Releases all that is left. */
  orderCancelled(fact: OrderFact): Promise<void> {
    return this.applyStep('release', fact.order_ref, fact.event_id);
  }

  /** Releases the stock of an order that was not placed. A reservation that arrives later is refused. */
  release(orderRef: string): Promise<void> {
    return this.applyStep('release', orderRef);
  }

  confirm(orderRef: string): Promise<void> {
    return this.applyStep('confirm', orderRef);
  }

  expire(orderRef: string): Promise<void> {
    return this.applyStep('expire', orderRef);
  }

  private async applyStep(step: WholeStep, orderRef: string, eventId?: string): Promise<void> {
    const change = await this.database.transaction(async (tx) => {
      if (eventId !== undefined && !(await this.inbox.once(tx, eventId))) return UNCHANGED;
      if (!(await this.reservations.advance(tx, orderRef, step, this.clock.now()))) {
        return this.notAdvanced(tx, step, orderRef);
      }
      return step === 'confirm' ? UNCHANGED : this.takeRest(tx, step, orderRef);
    });
    await this.invalidations.carryOut(change);
  }

  private async takeRest(tx: Tx, step: EndingStep, orderRef: string): Promise<RecordedChange> {
    const outcome = STEPS[step].to;
    const lines = await this.reservations.lines(orderRef, tx);
    await this.reservations.takeRest(tx, orderRef, outcome);
    if (outcome === 'released' && lines.some(({ quantityConsumed }) => quantityConsumed > 0)) {
      await this.reservations.end(tx, orderRef, 'consumed');
    }
    const changes = lines
      .filter(({ quantityLeft }) => quantityLeft > 0)
      .map(({ productId, quantityLeft }) => stockChange(outcome, productId, quantityLeft));
    if (changes.length === 0) return UNCHANGED;
    return this.ledger.apply(tx, changes, { reason: REASONS[step], order_ref: orderRef });
  }

  /** A step from another state is a repeat or was overtaken, unless the stock it needs was never held. */
  private async notAdvanced(tx: Tx, step: WholeStep, orderRef: string): Promise<RecordedChange> {
    const status = await this.reservations.statusOf(orderRef, tx);
    if (status === undefined && step === 'release') await this.blockReservation(tx, orderRef);
    else if (isLost(step, status)) {
      throw new Error(
        `The reservation of order ${orderRef} is ${status ?? 'missing'}, so the order cannot ${step} it.`,
      );
    }
    return UNCHANGED;
  }

  /** Inserts a released reservation, so that one that arrives late is refused. */
  private async blockReservation(tx: Tx, orderRef: string): Promise<void> {
    const now = this.clock.now();
    await this.reservations.insert(tx, orderRef, 'released', now, now);
  }
}

/** An order was placed or shipped without held stock: the error dead-letters the event, so that an operator sees it. */
function isLost(step: WholeStep, status: ReservationStatus | undefined): boolean {
  return (status === undefined && step !== 'expire') || (step === 'consume' && status === 'released');
}
