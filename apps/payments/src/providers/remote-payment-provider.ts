import type { Commands } from '@app/messaging';
import type { OnApplicationShutdown } from '@nestjs/common';
import { type Money, type NewIntent, type NewProviderRefund, PaymentProvider } from './payment-provider.js';
import type { ProviderCommands } from './provider-commands.js';
import { ProviderGate } from './provider-gate.js';
import type { ProviderEvent, ProviderPayment } from './provider-payment.js';

/** Longer than the other side waits for the provider, so that it can still say what it knows. */
const TIMEOUT_MS = 12_000;
/** Many pages after a long absence. */
const EVENTS_TIMEOUT_MS = 28_000;

/**
 * The provider behind a function that may reach the internet, asked by commands. Errors of the provider come as they are;
 * where the function itself does not answer, nobody knows the outcome.
 */
export class RemotePaymentProvider extends PaymentProvider implements OnApplicationShutdown {
  override readonly name = 'stripe';
  private readonly gate = new ProviderGate();

  /** `createTimeoutMs`: after this long somebody who wants to pay is told to try again. */
  constructor(
    private readonly commands: Commands,
    private readonly createTimeoutMs: number,
  ) {
    super();
  }

  override create(intent: NewIntent, key: string): Promise<{ provider_ref: string; client_secret: string | null }> {
    return this.ask('psp.create', { intent, key }, this.createTimeoutMs);
  }

  override fetch(provider_ref: string): Promise<ProviderPayment> {
    return this.ask('psp.fetch', { provider_ref });
  }

  override capture(provider_ref: string, money: Money, key: string): Promise<void> {
    return this.ask('psp.capture', { provider_ref, money, key });
  }

  override cancel(provider_ref: string, key: string): Promise<void> {
    return this.ask('psp.cancel', { provider_ref, key });
  }

  override refund(refund: NewProviderRefund): Promise<void> {
    return this.ask('psp.refund', { refund });
  }

  override events(from: Date, until: Date): Promise<ProviderEvent[]> {
    return this.ask('psp.events', { from: from.toISOString(), until: until.toISOString() }, EVENTS_TIMEOUT_MS);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.commands.close();
  }

  /** Every command may be repeated: those that change something carry the key of their attempt. */
  private ask<C extends keyof ProviderCommands, T>(
    command: C,
    payload: ProviderCommands[C],
    timeoutMs = TIMEOUT_MS,
  ): Promise<T> {
    const options = { idempotent: true, timeoutMs };
    return this.gate.run(() => this.commands.ask<T>(command, payload, options), timeoutMs);
  }
}
