import { type Clock, newContext, runWithContext, sleep } from '@app/kernel';
import { type BeforeApplicationShutdown, Logger } from '@nestjs/common';
import type { OrdersService, UnpaidBounds } from './orders.service.js';
import type { UnpaidSettings } from './unpaid-bound.js';

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
    private readonly settings: Pick<UnpaidSettings, 'ttlMs' | 'unverifiedTtlMs'>,
  ) {}

  /** Sweeps from now on, until the app shuts down. */
  start(): void {
    if (this.shortestMs > 0) this.running = this.sweepUntilStopped();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stop.abort();
    await this.running;
  }

  /** One bounded sweep. Answers how many orders it cancelled; what is left waits for the next one. */
  async sweep(): Promise<number> {
    if (this.shortestMs === 0) return 0;
    const bounds = this.bounds();
    let total = 0;
    for (let batch = 0; batch < BATCHES_PER_SWEEP && !this.stop.signal.aborted; batch++) {
      const cancelled = await runWithContext(newContext(), () => this.orders.cancelUnpaid(bounds, BATCH));
      total += cancelled;
      if (cancelled < BATCH) break;
    }
    return total;
  }

  /** Milliseconds after which the first orders are cancelled; 0 is never. */
  private get shortestMs(): number {
    const { ttlMs, unverifiedTtlMs } = this.settings;
    return Math.min(ttlMs || unverifiedTtlMs, unverifiedTtlMs || ttlMs);
  }

  private bounds(): UnpaidBounds {
    const { ttlMs } = this.settings;
    const now = this.clock.now().getTime();
    return { before: new Date(ttlMs && now - ttlMs), unverifiedBefore: new Date(now - this.shortestMs) };
  }

  private async sweepUntilStopped(): Promise<void> {
    const { signal } = this.stop;
    const pause = Math.min(LONGEST_PAUSE_MS, Math.max(SHORTEST_PAUSE_MS, this.shortestMs / 4));
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
