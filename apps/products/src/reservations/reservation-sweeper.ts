import { Clock, currentContext, latestEnd, newContext, runWithContext } from '@app/kernel';
import { Sweeper } from '@app/service';
import { Injectable } from '@nestjs/common';
import { ProductsSettings } from '../products.settings.js';
import { OrdersClient } from './orders.client.js';
import { ReservationLifecycleService } from './reservation-lifecycle.service.js';
import { ReservationsRepository } from './reservations.repository.js';

/** Holds looked at at once, how often in one sweep, and how many may go unanswered before the sweep gives up. */
const BATCH = 100;
const BATCHES_PER_SWEEP = 5;
const PATIENCE = 3;
const POSTPONE_MS = 30_000;

/** Gives back the stock of expired holds, but asks the orders service first: an order may have been placed just in time. */
@Injectable()
export class ReservationSweeper extends Sweeper {
  constructor(
    private readonly reservations: ReservationsRepository,
    private readonly lifecycle: ReservationLifecycleService,
    private readonly orders: OrdersClient,
    private readonly clock: Clock,
    private readonly settings: ProductsSettings,
  ) {
    super();
  }

  /** Settles what is due now, up to 500 holds; answers how many ended one way or the other. */
  async sweep(): Promise<number> {
    let total = 0;
    for (let batch = 0; batch < BATCHES_PER_SWEEP; batch++) {
      const settled = await this.sweepBatch();
      total += settled;
      if (settled < BATCH) break;
    }
    return total;
  }

  private async sweepBatch(): Promise<number> {
    let settled = 0;
    let unanswered = 0;
    const now = this.clock.now();
    const latest = latestEnd(now, Math.max(this.settings.reservationHoldMs, POSTPONE_MS));
    for (const orderRef of await this.reservations.due(now, latest, BATCH)) {
      if (unanswered >= PATIENCE || this.isStopping) break;
      const answered = await runWithContext(newContext(), () => this.settle(orderRef));
      if (answered) settled++;
      else unanswered++;
    }
    return settled;
  }

  private async settle(orderRef: string): Promise<boolean> {
    try {
      const outcome = await this.orders.settle(orderRef);
      if (outcome === 'placed') await this.lifecycle.confirm(orderRef);
      else await this.lifecycle.expire(orderRef);
      return true;
    } catch (error) {
      const { requestId } = currentContext();
      this.logger.warn(`The hold of order ${orderRef} is kept, request ${requestId}: ${String(error)}`);
      // Behind the others, so that one order that cannot be settled does not keep theirs waiting.
      await this.reservations.postpone(orderRef, new Date(this.clock.now().getTime() + POSTPONE_MS));
      return false;
    }
  }
}
