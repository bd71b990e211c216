import { currentContext, DomainError } from '@app/kernel';
import type { Logger } from '@app/telemetry';
import { type Money, type NewIntent, type NewProviderRefund, PaymentProvider } from './payment-provider.js';

/** What a call is about, in log lines. */
interface Call {
  call: string;
  payment_ref?: string | undefined;
  provider_ref?: string;
  refund_ref?: string;
}

/** Logs the outcome of each call to a provider under its request: where money has moved must be found again. */
export class LoggedPaymentProvider extends PaymentProvider {
  override readonly name: string;

  constructor(
    private readonly provider: PaymentProvider,
    private readonly logger: Logger,
  ) {
    super();
    this.name = provider.name;
  }

  override create(intent: NewIntent, key: string) {
    const { payment_ref } = intent.metadata;
    return this.logged({ call: 'create', payment_ref }, () => this.provider.create(intent, key));
  }

  override fetch(provider_ref: string) {
    return this.logged({ call: 'fetch', provider_ref }, () => this.provider.fetch(provider_ref));
  }

  override capture(provider_ref: string, amount: Money, key: string) {
    return this.logged({ call: 'capture', provider_ref }, () => this.provider.capture(provider_ref, amount, key));
  }

  override cancel(provider_ref: string, key: string) {
    return this.logged({ call: 'cancel', provider_ref }, () => this.provider.cancel(provider_ref, key));
  }

  override refund(refund: NewProviderRefund) {
    const { provider_ref, refund_ref } = refund;
    return this.logged({ call: 'refund', provider_ref, refund_ref }, () => this.provider.refund(refund));
  }

  override events(from: Date, until: Date) {
    return this.logged({ call: 'events' }, () => this.provider.events(from, until));
  }

  private async logged<T>(call: Call, send: () => Promise<T>): Promise<T> {
    const begun = performance.now();
    const { requestId: request_id } = currentContext();
    const log = (outcome: string) => {
      const ms = Math.round((performance.now() - begun) * 10) / 10;
      this.logger.info({ request_id, ...call, outcome, ms }, 'payment provider called');
    };
    try {
      const result = await send();
      log('done');
      return result;
    } catch (error) {
      log(error instanceof DomainError ? error.code : 'failed');
      throw error;
    }
  }
}
