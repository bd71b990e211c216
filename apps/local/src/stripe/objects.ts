import type { Metadata } from './params.js';
import type { ErrorBody } from './stripe-error.js';

/** Stripe's objects with the fields that the wire works with; what it never uses is filled in where they are made. */
export interface StripeObject {
  id: string;
  object: string;
  /** Unix seconds. */
  created: number;
}

export type IntentStatus =
  | 'requires_payment_method'
  | 'requires_confirmation'
  | 'requires_action'
  | 'processing'
  | 'requires_capture'
  | 'succeeded'
  | 'canceled';

export interface PaymentIntent extends StripeObject {
  object: 'payment_intent';
  /** Amounts are integers of the currency's smallest unit. */
  amount: number;
  amount_capturable: number;
  amount_received: number;
  canceled_at: number | null;
  cancellation_reason: string | null;
  capture_method: 'automatic' | 'automatic_async' | 'manual';
  client_secret: string;
  currency: string;
  customer: string | null;
  description: string | null;
  last_payment_error: ErrorBody | null;
  latest_charge: string | null;
  metadata: Metadata;
  next_action: { type: string; redirect_to_url?: { url: string; return_url: string } } | null;
  payment_method: string | null;
  receipt_email: string | null;
  status: IntentStatus;
}

export interface Charge extends StripeObject {
  object: 'charge';
  amount: number;
  amount_captured: number;
  /** Includes what was never captured and is released. */
  amount_refunded: number;
  balance_transaction: string | null;
  captured: boolean;
  currency: string;
  disputed: boolean;
  paid: boolean;
  payment_intent: string;
  payment_method: string;
  payment_method_details: { type: 'card'; card: { last4: string; capture_before?: number } };
  refunded: boolean;
  status: 'succeeded' | 'failed';
}

export interface Refund extends StripeObject {
  object: 'refund';
  amount: number;
  /** Null if no money moved: it released what was never captured. */
  balance_transaction: string | null;
  charge: string;
  currency: string;
  failure_balance_transaction?: string;
  failure_reason?: string;
  metadata: Metadata;
  payment_intent: string;
  reason: string | null;
  status: 'pending' | 'succeeded' | 'failed';
}

export interface Dispute extends StripeObject {
  object: 'dispute';
  amount: number;
  charge: string;
  currency: string;
  payment_intent: string;
  reason: string;
  status: 'needs_response' | 'won' | 'lost';
}

export interface Customer extends StripeObject {
  object: 'customer';
  email: string | null;
  name: string | null;
  phone: string | null;
  description: string | null;
  metadata: Metadata;
}

export interface PaymentMethod extends StripeObject {
  object: 'payment_method';
  type: 'card';
  card: { brand: string; last4: string };
  customer: string | null;
}

export interface StripeEvent extends StripeObject {
  object: 'event';
  type: string;
  data: { object: object };
  pending_webhooks: number;
}

export interface Kinds {
  payment_intent: PaymentIntent;
  charge: Charge;
  refund: Refund;
  dispute: Dispute;
  customer: Customer;
  payment_method: PaymentMethod;
  event: StripeEvent;
}
