import Stripe from 'stripe';
import { type Money, type NewIntent, type NewProviderRefund, PaymentProvider } from './payment-provider.js';
import { ProviderGate } from './provider-gate.js';
import type { ProviderEvent, ProviderPayment } from './provider-payment.js';
import { toStripeAmount } from './stripe-amounts.js';
import { stripeFailure } from './stripe-errors.js';
import { chargeOf, EVENT_TYPES, toProviderEvent, toProviderPayment } from './stripe-objects.js';

export interface StripeOptions {
  secretKey: string;
  /** Only for a Stripe on this machine. */
  host?: string | undefined;
  port?: number | undefined;
  protocol?: 'http' | 'https' | undefined;
  /** Milliseconds after which somebody who wants to pay is told to try again. */
  createTimeoutMs: number;
}

/** Moving money takes Stripe seconds at times, and whoever waits for it does not wait to pay. */
const TIMEOUT_MS = 8_000;
const PAGE = 100;

/** https://docs.stripe.com/api, by Stripe's own client. */
export class StripePaymentProvider extends PaymentProvider {
  override readonly name = 'stripe';
  private readonly stripe: Stripe;
  private readonly gate = new ProviderGate();

  constructor(private readonly options: StripeOptions) {
    super();
    const { secretKey, host, port, protocol } = options;
    this.stripe = new Stripe(secretKey, {
      // Whoever sends the same attempt again decides when.
      maxNetworkRetries: 0,
      telemetry: false,
      ...(host !== undefined && { host }),
      ...(port !== undefined && { port }),
      ...(protocol !== undefined && { protocol }),
    });
  }

  override async create(
    { amount, currency, capture, metadata }: NewIntent,
    key: string,
  ): Promise<{ provider_ref: string; client_secret: string | null }> {
    const wanted = {
      amount: toStripeAmount(amount, currency),
      currency: currency.toLowerCase(),
      capture_method: capture === 'automatic' ? 'automatic' : 'manual',
      payment_method_types: ['card'],
      metadata: metadata as Stripe.MetadataParam,
    } as const;
    const intent = await this.call(
      (options) => this.stripe.paymentIntents.create(wanted, { ...options, idempotencyKey: key }),
      this.options.createTimeoutMs,
    );
    return { provider_ref: intent.id, client_secret: intent.client_secret };
  }

  /**
   * One question, as long as nobody disputes the payment and its refunds are ten at most. The intent is read first: what
   * further lists say is as new as the intent, or newer.
   */
  override async fetch(providerRef: string): Promise<ProviderPayment> {
    const intent = await this.call((options) =>
      this.stripe.paymentIntents.retrieve(providerRef, { expand: ['latest_charge.refunds'] }, options),
    );
    const charge = chargeOf(intent);
    if (intent.amount_received === 0 || !charge) return toProviderPayment(intent, [], []);
    const of = { payment_intent: providerRef, limit: PAGE };
    const { refunds: some, disputed } = charge;
    const [refunds, disputes] = await Promise.all([
      some?.has_more === false ? some.data : this.all((after, o) => this.stripe.refunds.list({ ...of, ...after }, o)),
      disputed ? this.all((after, o) => this.stripe.disputes.list({ ...of, ...after }, o)) : [],
    ]);
    return toProviderPayment(intent, refunds, disputes);
  }

  override async capture(providerRef: string, { amount, currency }: Money, key: string): Promise<void> {
    const wanted = { amount_to_capture: toStripeAmount(amount, currency) };
    await this.call((options) =>
      this.stripe.paymentIntents.capture(providerRef, wanted, { ...options, idempotencyKey: key }),
    );
  }

  override async cancel(providerRef: string, key: string): Promise<void> {
    await this.call((options) =>
      this.stripe.paymentIntents.cancel(providerRef, {}, { ...options, idempotencyKey: key }),
    );
  }

  override async refund({ provider_ref, amount, currency, reason, refund_ref }: NewProviderRefund): Promise<void> {
    const wanted = {
      payment_intent: provider_ref,
      amount: toStripeAmount(amount, currency),
      metadata: { refund_ref },
      ...(reason && { reason }),
    };
    await this.call((options) => this.stripe.refunds.create(wanted, { ...options, idempotencyKey: refund_ref }));
  }

  override async events(from: Date, until: Date): Promise<ProviderEvent[]> {
    const seconds = (at: Date) => Math.floor(at.getTime() / 1_000);
    const wanted = { created: { gte: seconds(from), lt: seconds(until) }, types: EVENT_TYPES, limit: PAGE };
    const found = await this.all((after, options) => this.stripe.events.list({ ...wanted, ...after }, options));
    return found.map(toProviderEvent);
  }

  /** All pages of a list, each with its own deadline. */
  private async all<T extends { id: string }>(
    list: (after: { starting_after?: string }, options: Stripe.RequestOptions) => Promise<Stripe.ApiList<T>>,
  ): Promise<T[]> {
    const found: T[] = [];
    for (;;) {
      const last = found.at(-1);
      const page = await this.call((options) => list(last ? { starting_after: last.id } : {}, options));
      found.push(...page.data);
      if (!page.has_more || page.data.length === 0) return found;
    }
  }

  private call<T>(send: (options: Stripe.RequestOptions) => Promise<T>, ms = TIMEOUT_MS): Promise<T> {
    return this.gate.run(async () => {
      try {
        return await send({ timeout: ms });
      } catch (error) {
        throw stripeFailure(error);
      }
    }, ms);
  }
}
