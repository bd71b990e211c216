import { type Clock, newContext, runWithContext, sleep } from '@app/kernel';
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
  private readonly stop = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly orders: OrdersService,
    private readonly clock: Clock,
    /** Milliseconds an order may stay unpaid; 0 is for ever. */
    private readonly ttlMs: number,
  ) {}

  /** Sweeps from now on, until the app shuts down. */
  start(): void {
    if (this.ttlMs > 0) this.running = this.sweepUntilStopped();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stop.abort();
    await this.running;
  }

  /** One bounded sweep. Answers how many orders it cancelled; what is left waits for the next one. */
  async sweep(): Promise<number> {
    if (this.ttlMs === 0) return 0;
    const before = new Date(this.clock.now().getTime() - this.ttlMs);
    let total = 0;
    for (let batch = 0; batch < BATCHES_PER_SWEEP && !this.stop.signal.aborted; batch++) {
      const cancelled = await runWithContext(newContext(), () => this.orders.cancelUnpaid(before, BATCH));
      total += cancelled;
      if (cancelled < BATCH) break;
    }
    return total;
  }

  private async sweepUntilStopped(): Promise<void> {
    const { signal } = this.stop;
    const pause = Math.min(LONGEST_PAUSE_MS, Math.max(SHORTEST_PAUSE_MS, this.ttlMs / 4));
    while (!signal.aborted) {
      // Jitter keeps several processes from sweeping in step.
      await sleep(pause * (0.5 + Math.random()), signal).catch(() => undefined);
      if (signal.aborted) return;
      await this.sweep().catch((error: unknown) =>
        this.logger.warn(`The sweep failed, and is tried again: ${String(error)}`),
      );
    }
  }
}
