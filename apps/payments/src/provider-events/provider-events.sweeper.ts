import { backoff } from '@app/async';
import { Clock } from '@app/kernel';
import { Sweeper } from '@app/service';
import { Metrics } from '@app/telemetry';
import { Injectable } from '@nestjs/common';
import type { StoredEvent } from './provider-event.entity.js';
import { PROVIDER_EVENTS } from './provider-events.metrics.js';
import { ProviderEventsRepository } from './provider-events.repository.js';
import { ProviderObjects } from './provider-objects.js';

const BATCH = 100;
const AT_ONCE = 8;
/** Whoever works on events has them for this long; then others try. */
const LEASE_MS = 30_000;
const RETRY = { base: 1_000, max: 300_000 };
/** Somebody may restore the payment's row, or store it late; after this long its money goes back. */
const UNKNOWN_MS = 24 * 3_600_000;

/** Looks after stored events. They only say which payment has changed, so several about one are one question. */
@Injectable()
export class ProviderEventsSweeper extends Sweeper {
  constructor(
    private readonly events: ProviderEventsRepository,
    private readonly objects: ProviderObjects,
    private readonly clock: Clock,
    private readonly metrics: Metrics,
  ) {
    super();
  }

  /** Looks after all due events. Returns how many there were. */
  async sweep(): Promise<number> {
    let total = 0;
    while (!this.isStopping) {
      const claimed = await this.claim();
      if (claimed.length === 0) break;
      total += claimed.length;
      const groups = [...Map.groupBy(claimed, ({ objectRef }) => objectRef).values()];
      while (groups.length > 0) await Promise.all(groups.splice(0, AT_ONCE).map((group) => this.lookAfter(group)));
    }
    return total;
  }

  private claim(): Promise<StoredEvent[]> {
    const now = this.clock.now();
    return this.events.claim(now, new Date(now.getTime() + LEASE_MS), BATCH);
  }

  /** All of them are about one object. */
  private async lookAfter(group: StoredEvent[]): Promise<void> {
    const ids = group.map(({ id }) => id);
    const [{ objectRef = '' } = {}] = group;
    try {
      const outcome = await this.objects.settle(objectRef);
      if (outcome === 'unknown') return await this.lookAfterUnknown(objectRef, group);
      await this.end(ids, outcome);
    } catch (error) {
      this.logger.warn(`Events about ${objectRef} are looked after later: ${String(error)}`);
      await this.events.postpone(ids, this.retryAt(group));
    }
  }

  private async lookAfterUnknown(objectRef: string, group: StoredEvent[]): Promise<void> {
    const since = Math.min(...group.map(({ receivedAt }) => receivedAt.getTime()));
    const ids = group.map(({ id }) => id);
    if (this.clock.now().getTime() - since < UNKNOWN_MS) {
      this.metrics.count(PROVIDER_EVENTS, { outcome: 'unknown' });
      return this.events.postpone(ids, this.retryAt(group));
    }
    await this.objects.giveBack(objectRef);
    await this.end(ids, 'refunded');
  }

  private async end(ids: number[], outcome: 'applied' | 'ignored' | 'refunded'): Promise<void> {
    await this.events.settle(ids, outcome, this.clock.now());
    this.metrics.count(PROVIDER_EVENTS, { outcome });
  }

  private retryAt(group: StoredEvent[]): Date {
    const attempts = Math.min(...group.map((event) => event.attempts));
    return new Date(this.clock.now().getTime() + RETRY.base + backoff(attempts, RETRY));
  }
}
