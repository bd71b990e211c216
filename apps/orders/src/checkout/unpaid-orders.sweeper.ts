import { Clock, newContext, runWithContext } from '@app/kernel';
import { Sweeper } from '@app/service';
import { Injectable } from '@nestjs/common';
import { OrdersService, type UnpaidCutoffs } from '../orders/orders.service.js';
import { UnpaidSettings } from './unpaid-limit.js';

const BATCH = 50;
const BATCHES_PER_SWEEP = 20;
const LONGEST_PAUSE_MS = 60_000;
const SHORTEST_PAUSE_MS = 500;

type Lifetimes = Pick<UnpaidSettings, 'ttlMs' | 'unverifiedTtlMs'>;

/** Milliseconds between sweeps: a quarter of the shortest lifetime, within limits; 0 if no order is ever cancelled. */
export function sweepPause(lifetimes: Lifetimes): number {
  const shortest = shortestMs(lifetimes);
  return shortest && Math.min(LONGEST_PAUSE_MS, Math.max(SHORTEST_PAUSE_MS, shortest / 4));
}

/** Milliseconds after which the first orders are cancelled; 0 means never. */
function shortestMs({ ttlMs, unverifiedTtlMs }: Lifetimes): number {
  return Math.min(ttlMs || unverifiedTtlMs, unverifiedTtlMs || ttlMs);
}

/** Cancels unpaid orders. The order's conditional update lets one of several processes win. */
@Injectable()
export class UnpaidOrdersSweeper extends Sweeper {
  constructor(
    private readonly orders: OrdersService,
    private readonly clock: Clock,
    private readonly settings: UnpaidSettings,
  ) {
    super();
  }

  /** Returns how many orders it cancelled, 1,000 at most. */
  async sweep(): Promise<number> {
    if (shortestMs(this.settings) === 0) return 0;
    const cutoffs = this.cutoffs();
    let total = 0;
    for (let batch = 0; batch < BATCHES_PER_SWEEP && !this.isStopping; batch++) {
      const cancelled = await runWithContext(newContext(), () => this.orders.cancelUnpaid(cutoffs, BATCH));
      total += cancelled;
      if (cancelled < BATCH) break;
    }
    return total;
  }

  private cutoffs(): UnpaidCutoffs {
    const { ttlMs } = this.settings;
    const now = this.clock.now().getTime();
    return { before: new Date(ttlMs && now - ttlMs), unverifiedBefore: new Date(now - shortestMs(this.settings)) };
  }
}
