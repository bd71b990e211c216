import { type Clock, newContext, runWithContext } from '@app/kernel';
import { type BeforeApplicationShutdown, Logger } from '@nestjs/common';
import type { OrdersService } from './orders.service.js';

const BATCH = 50;
const BATCHES_PER_SWEEP = 20;
const LONGEST_PAUSE_MS = 60_000;
const SHORTEST_PAUSE_MS = 500;

/**
 * Cancels orders that nobody paid. Any number of processes may sweep: the order's conditional update lets one of them
 * win.
 */
export class UnpaidOrdersSweeper implements BeforeApplicationShutdown {
  private readonly logger = new Logger('UnpaidOrdersSweeper');
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<unknown> = Promise.resolve();
  private stopped = false;

  constructor(
    private readonly orders: OrdersService,
    private readonly clock: Clock,
    /** Milliseconds an order may stay unpaid; 0 is for ever. */
    private readonly ttlMs: number,
  ) {}

  /** Sweeps from time to time until the app shuts down. */
  start(): void {
    if (this.ttlMs > 0) this.schedule();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.running;
  }

  /** One bounded sweep. Answers how many orders it cancelled; what is left waits for the next one. */
  async sweep(): Promise<number> {
    if (this.ttlMs === 0) return 0;
    const before = new Date(this.clock.now().getTime() - this.ttlMs);
    let total = 0;
    for (let batch = 0; batch < BATCHES_PER_SWEEP && !this.stopped; batch += 1) {
      const cancelled = await runWithContext(newContext(), () => this.orders.cancelUnpaid(before, BATCH));
      total += cancelled;
      if (cancelled < BATCH) break;
    }
    if (total > 0) this.logger.log(`${total} unpaid orders cancelled`);
    return total;
  }

  private schedule(): void {
    if (this.stopped) return;
    const pause = Math.min(LONGEST_PAUSE_MS, Math.max(SHORTEST_PAUSE_MS, this.ttlMs / 4));
    // Jitter keeps several processes from sweeping in step.
    this.timer = setTimeout(
      () => (this.running = this.sweepSafely().then(() => this.schedule())),
      pause * (0.8 + Math.random() * 0.4),
    );
    this.timer.unref();
  }

  private async sweepSafely(): Promise<void> {
    try {
      await this.sweep();
    } catch (error) {
      this.logger.error(error);
    }
  }
}
