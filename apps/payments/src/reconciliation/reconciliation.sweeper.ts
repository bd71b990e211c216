import { Clock, latestEnd, newContext, runWithContext } from '@app/kernel';
import { Sweeper } from '@app/service';
import { Injectable } from '@nestjs/common';
import { PaymentsSettings } from '../payments.settings.js';
import { ProviderEventsService } from '../provider-events/provider-events.service.js';
import { ProviderEventsSweeper } from '../provider-events/provider-events.sweeper.js';
import { PaymentProvider } from '../providers/payment-provider.js';
import type { ProviderCursor } from './provider-cursor.entity.js';
import { ProviderCursorsRepository } from './provider-cursors.repository.js';

/** Events appear in a provider's list some time after the moment that they carry, and clocks differ. */
const OVERLAP_MS = 600_000;
/** One question, so that a long absence is caught up with in pieces. */
const WINDOW_MS = 3_600_000;
const WINDOWS_PER_RUN = 24;

/** Asks the provider for its events, since those that it sends may be lost: without any, things are slower, not wrong. */
@Injectable()
export class ReconciliationSweeper extends Sweeper {
  constructor(
    private readonly provider: PaymentProvider,
    private readonly cursors: ProviderCursorsRepository,
    private readonly events: ProviderEventsService,
    private readonly eventsSweeper: ProviderEventsSweeper,
    private readonly settings: PaymentsSettings,
    private readonly clock: Clock,
  ) {
    super();
  }

  /** Runs if a run is due, in one of several processes. Returns how many events it found that had not come. */
  async sweep(): Promise<number> {
    const { reconciliationMs } = this.settings;
    const now = this.clock.now();
    const cursor = await this.cursor(now);
    const waits = cursor.nextRunAt > now && cursor.nextRunAt <= latestEnd(now, reconciliationMs);
    if (
      reconciliationMs === 0 ||
      waits ||
      !(await this.cursors.take(cursor, new Date(now.getTime() + reconciliationMs)))
    )
      return 0;
    const found = await runWithContext(newContext(), () => this.catchUp(cursor, now));
    if (found > 0) this.eventsSweeper.wake();
    return found;
  }

  /** Asks now, due or not. Returns how many events it found that had not come; they wait to be looked after. */
  async reconcile(): Promise<number> {
    const now = this.clock.now();
    return this.catchUp(await this.cursor(now), now);
  }

  private cursor(now: Date): Promise<ProviderCursor> {
    return this.cursors.get(this.provider.name, new Date(now.getTime() - OVERLAP_MS));
  }

  private async catchUp({ provider, eventsUntil }: ProviderCursor, now: Date): Promise<number> {
    let found = 0;
    let from = new Date(Math.min(eventsUntil.getTime(), now.getTime() - 1));
    for (let window = 0; window < WINDOWS_PER_RUN && from < now && !this.isStopping; window++) {
      const until = new Date(Math.min(now.getTime(), from.getTime() + WINDOW_MS));
      // The newest second may still get events.
      const events = await this.provider.events(
        new Date(from.getTime() - OVERLAP_MS),
        new Date(until.getTime() + 1_000),
      );
      found += await this.events.add(events);
      await this.cursors.moveTo(provider, until);
      from = until;
    }
    return found;
  }
}
