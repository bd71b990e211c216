import { Clock, currentContext, latestEnd, newContext, runWithContext } from '@app/kernel';
import { Sweeper } from '@app/service';
import { Injectable } from '@nestjs/common';
import { ProductsSettings } from '../products.settings.js';
import { OrdersClient } from './orders.client.js';
import { ReservationLifecycleService } from './reservation-lifecycle.service.js';
import { ReservationsRepository } from './reservations.repository.js';

/** Holds per batch, batches per sweep, and unanswered commands after which a sweep gives up. */
const BATCH = 100;
const BATCHES_PER_SWEEP = 5;
const MAX_UNANSWERED = 3;
const POSTPONE_MS = 30_000;

/** Releases expired holds after asking the orders service, since an order may have been placed just in time. */
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

  /** Settles due holds, at most 500. Returns how many were confirmed or released. */
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
      if (unanswered >= MAX_UNANSWERED || this.isStopping) break;
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
      // Moved to the end, so that an order that cannot be settled does not block the others.
      await this.reservations.postpone(orderRef, new Date(this.clock.now().getTime() + POSTPONE_MS));
      return false;
    }
  }
}
