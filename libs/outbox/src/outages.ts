import { backoff } from '@app/async';
import { Logger } from '@nestjs/common';
import type { Destination } from './publishers.js';

/** What became of one row: it arrived, its destination is down, or it failed by itself. */
export type Outcome = 'arrived' | 'away' | 'failed';

/** Milliseconds between two attempts at a destination that is down, and so the delay until it is used again. */
const RETRY = { base: 500, max: 5_000 };

/** The destinations that are down. One of them delays no message for another. */
export class Outages {
  private readonly logger = new Logger('Relay');
  private readonly down = new Map<Destination, { failures: number; retryAt: number }>();

  has(destination: Destination): boolean {
    return this.down.has(destination);
  }

  /** Those not to be tried yet. */
  waiting(): Destination[] {
    const now = performance.now();
    return [...this.down].flatMap(([destination, { retryAt }]) => (retryAt > now ? [destination] : []));
  }

  /** Logs once per outage, not once per row or sweep. */
  track(destination: Destination, outcomes: readonly Outcome[]): void {
    const outage = this.down.get(destination);
    if (outcomes.includes('arrived')) {
      if (!this.down.delete(destination)) return;
      this.logger.log(`The ${destination} is back: what waited for it in the outbox is sent.`);
    } else if (outcomes.includes('away')) {
      const failures = (outage?.failures ?? 0) + 1;
      this.down.set(destination, { failures, retryAt: performance.now() + backoff(failures, RETRY) });
      if (!outage) this.logger.warn(`The ${destination} is down: what is for it waits in the outbox.`);
    }
  }
}
