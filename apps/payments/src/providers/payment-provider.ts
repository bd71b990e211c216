import type { IntentMetadata, ProviderEvent, ProviderPayment } from './provider-payment.js';

export interface NewIntent {
  /** Minor units. */
  amount: number;
  /** ISO 4217 */
  currency: string;
  /** `on_shipment` only authorises; the money is captured later. */
  capture: 'automatic' | 'on_shipment';
  metadata: Required<IntentMetadata>;
}

export interface NewProviderRefund {
  /** Of the payment. */
  provider_ref: string;
  /** Minor units. */
  amount: number;
  currency: string;
  reason: 'requested_by_customer' | 'duplicate' | 'fraudulent' | undefined;
  refund_ref: string;
}

/** Providers remember a key for a day; what is sent later under it may be done a second time. */
export const KEYS_LIVE_MS = 23 * 3_600_000;

/**
 * Whoever moves the money. Every change is sent under a key that names one attempt: the same key never does it twice,
 * however often it is sent within a day.
 *
 * Every method throws DomainError `payment-provider-unavailable` if the outcome is unknown, and
 * `payment-provider-refused` if the provider has refused and nothing was done; `details.reason` is the provider's code.
 * None may be called inside a transaction.
 */
export abstract class PaymentProvider {
  /** Its name in payments and in the address of its events. */
  abstract readonly name: string;

  /** Asks the customer for money; `client_secret` lets the customer's browser pay. */
  abstract create(intent: NewIntent, key: string): Promise<{ provider_ref: string; client_secret: string | null }>;

  /** The payment as it is now, with its refunds and disputes. */
  abstract fetch(providerRef: string): Promise<ProviderPayment>;

  /** Captures an authorised payment; what `amount` (minor units) leaves of it is released. */
  abstract capture(providerRef: string, amount: Money, key: string): Promise<void>;

  /** Ends a payment that is not captured; an authorised amount is released. */
  abstract cancel(providerRef: string, key: string): Promise<void>;

  abstract refund(refund: NewProviderRefund): Promise<void>;

  /** All events about payments created from `from` until before `until`. */
  abstract events(from: Date, until: Date): Promise<ProviderEvent[]>;
}

export interface Money {
  /** Minor units. */
  amount: number;
  /** ISO 4217 */
  currency: string;
}
