import { Database, type Tx } from '@app/database';
import { Clock } from '@app/kernel';
import { Inbox } from '@app/outbox';
import { Injectable } from '@nestjs/common';
import { Invalidations, type RecordedChange, UNCHANGED } from '../cache/invalidations.js';
import { StockLedger } from '../stock/stock-ledger.js';
import { mergeLines } from './basket.js';
import type { OrderFact } from './reservation-lifecycle.service.js';
import { type Outcome, type PartStep, stockChange } from './reservation-status.js';
import { ReservationsRepository } from './reservations.repository.js';

/** Pieces of one product. */
export interface Pieces {
  product_id: number;
  quantity: number;
}

/** An event about a part of an order. `part_ref` is its key in the ledger: it moves stock once, by whichever event. */
export interface PartFact extends OrderFact {
  part_ref: string;
  pieces: readonly Pieces[];
}

const OUTCOMES: Record<PartStep, Outcome> = { consumePart: 'consumed', releasePart: 'released' };
const REASONS: Record<PartStep, string> = { consumePart: 'order shipped', releasePart: 'order partly cancelled' };

/** Takes parts of orders out of their reservations: what left, and what will not be sent. Each may arrive twice. */
@Injectable()
export class ReservationPartsService {
  constructor(
    private readonly database: Database,
    private readonly reservations: ReservationsRepository,
    private readonly ledger: StockLedger,
    private readonly invalidations: Invalidations,
    private readonly inbox: Inbox,
    private readonly clock: Clock,
  ) {}

  shipped(fact: PartFact): Promise<void> {
    return this.apply('consumePart', fact);
  }

  cancelled(fact: PartFact): Promise<void> {
    return this.apply('releasePart', fact);
  }

  private async apply(step: PartStep, fact: PartFact): Promise<void> {
    const change = await this.database.transaction(async (tx) => {
      if (!(await this.inbox.once(tx, fact.event_id))) return UNCHANGED;
      const isLive = await this.reservations.advance(tx, fact.order_ref, step, this.clock.now());
      // Behind the reservation's lock, so that of two events of one part the second sees what the first has done.
      if (await this.ledger.knows(tx, fact.part_ref)) return UNCHANGED;
      if (isLive) return this.take(tx, step, fact);
      await this.assertOvertaken(tx, step, fact);
      return UNCHANGED;
    });
    await this.invalidations.carryOut(change);
  }

  private async take(tx: Tx, step: PartStep, fact: PartFact): Promise<RecordedChange> {
    const { order_ref, part_ref } = fact;
    const outcome = OUTCOMES[step];
    const pieces = mergeLines(fact.pieces);
    if (pieces.length === 0) return UNCHANGED;
    for (const { product_id, quantity } of pieces) {
      if (await this.reservations.takePieces(tx, order_ref, outcome, product_id, quantity)) continue;
      throw new Error(
        `Order ${order_ref} holds fewer than ${quantity} of product ${product_id}, so part ${part_ref} cannot ${step} them.`,
      );
    }
    const lines = await this.reservations.lines(order_ref, tx);
    if (lines.every(({ quantityLeft }) => quantityLeft === 0)) {
      const wasShipped = lines.some(({ quantityConsumed }) => quantityConsumed > 0);
      await this.reservations.end(tx, order_ref, wasShipped ? 'consumed' : 'released');
    }
    const changes = pieces.map(({ product_id, quantity }) => stockChange(outcome, product_id, quantity));
    return this.ledger.apply(tx, changes, { reason: REASONS[step], order_ref, part_ref });
  }

  /**
   * A cancellation of the whole order may overtake that of a part. In all other cases the stock was never held: the
   * error dead-letters the event, so that an operator sees it.
   */
  private async assertOvertaken(tx: Tx, step: PartStep, { order_ref, part_ref }: PartFact): Promise<void> {
    const status = await this.reservations.statusOf(order_ref, tx);
    if (step === 'releasePart' && status === 'released') return;
    throw new Error(
      `The reservation of order ${order_ref} is ${status ?? 'missing'}, so part ${part_ref} cannot ${step}.`,
    );
  }
}
