import type { PAYMENT_STATUSES } from '@app/events';

export type PaymentStatus = (typeof PAYMENT_STATUSES)[number];

/**
 * What a provider says about one payment: plain data, which also fits into a command. Amounts are minor units of
 * ISO 4217, times RFC 3339.
 */
export interface ProviderPayment {
  provider_ref: string;
  status: PaymentStatus;
  /** What the customer was asked for. */
  amount: number;
  currency: string;
  /** What the customer's bank has promised or paid. */
  authorized_amount: number;
  captured_amount: number;
  /** The charge that moved the money; the payment's own ref if there is none. */
  charge_ref: string;
  /** An authorised payment that is not captured by then is released. */
  capture_before: string | null;
  /** With this the customer's browser pays. */
  client_secret: string | null;
  /** Of the last attempt, if it failed; `message` is for the customer. */
  failure: ProviderFailure | null;
  metadata: IntentMetadata;
  refunds: ProviderRefund[];
  disputes: ProviderDispute[];
}

export interface ProviderFailure {
  code: string;
  message: string;
}

/** By this a payment at the provider is recognised as ours. Accounts are shared by stages, at times by strangers. */
export interface IntentMetadata {
  order_ref?: string | undefined;
  payment_ref?: string | undefined;
  stage?: string | undefined;
}

export interface ProviderRefund {
  provider_ref: string;
  /** Ours; null for a refund that was made at the provider. */
  refund_ref: string | null;
  amount: number;
  status: 'pending' | 'succeeded' | 'failed';
  failure_code: string | null;
}

/** Money that the customer's bank has taken back; `won` is money that came back again. */
export interface ProviderDispute {
  provider_ref: string;
  amount: number;
  status: 'open' | 'won' | 'lost';
}

/** The notice that something about a payment has changed. What has changed is asked, never believed. */
export interface ProviderEvent {
  event_ref: string;
  type: string;
  /** The payment's `provider_ref`; null for an event about something else. */
  object_ref: string | null;
  created_at: string;
}
