import { Clock } from '@app/kernel';
import { Metrics } from '@app/telemetry';
import { Injectable } from '@nestjs/common';
import { EventVerifier } from '../providers/event-verifier.js';
import { PaymentProvider } from '../providers/payment-provider.js';
import type { ProviderEvent } from '../providers/provider-payment.js';
import { PROVIDER_EVENTS } from './provider-events.metrics.js';
import { ProviderEventsRepository } from './provider-events.repository.js';
import { ProviderEventsSweeper } from './provider-events.sweeper.js';

/** Takes the provider's events: verified, stored, answered. What they are about is looked after then. */
@Injectable()
export class ProviderEventsService {
  constructor(
    private readonly verifier: EventVerifier,
    private readonly provider: PaymentProvider,
    private readonly events: ProviderEventsRepository,
    private readonly sweeper: ProviderEventsSweeper,
    private readonly clock: Clock,
    private readonly metrics: Metrics,
  ) {}

  /**
   * Takes an event as it was sent.
   *
   * @throws DomainError `signature-invalid`; `service-unavailable` if it could not be stored, and is to be sent again.
   */
  async receive(body: Buffer, signature: string | undefined): Promise<void> {
    if ((await this.store([this.verifier.verify(body, signature)])) > 0) this.sweeper.wake();
  }

  /** Stores events that are known to be the provider's. Returns how many of them are new, and about a payment. */
  async add(events: readonly ProviderEvent[]): Promise<number> {
    // Of those in the provider's list nearly all are known.
    return this.store(await this.events.unknown(this.provider.name, events));
  }

  private async store(events: readonly ProviderEvent[]): Promise<number> {
    const { name } = this.provider;
    const about = events.flatMap(({ object_ref, ...event }) => (object_ref === null ? [] : [{ ...event, object_ref }]));
    for (let n = about.length; n < events.length; n++) this.metrics.count(PROVIDER_EVENTS, { outcome: 'ignored' });
    let added = 0;
    for (const event of about) if (await this.events.add(name, event, this.clock.now())) added += 1;
    return added;
  }
}
