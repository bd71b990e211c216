import type Stripe from 'stripe';
import type { ProviderDispute, ProviderEvent, ProviderPayment, ProviderRefund } from './provider-payment.js';
import { fromStripeAmount } from './stripe-amounts.js';

/** Cards keep an authorisation for at least this long where Stripe does not say how long. */
const SHORTEST_AUTHORIZATION_MS = 5 * 86_400_000;

const STATUSES: Readonly<Record<string, ProviderPayment['status']>> = {
  requires_payment_method: 'created',
  requires_confirmation: 'requires_action',
  requires_action: 'requires_action',
  processing: 'processing',
  requires_capture: 'authorized',
  succeeded: 'captured',
  canceled: 'cancelled',
};

/** An intent whose `latest_charge` is expanded, with all that was refunded and disputed, in our words. */
export function toProviderPayment(
  intent: Stripe.PaymentIntent,
  refunds: readonly Stripe.Refund[],
  disputes: readonly Stripe.Dispute[],
): ProviderPayment {
  const currency = intent.currency.toUpperCase();
  const amountOf = (amount: number) => fromStripeAmount(amount, currency);
  const charge = chargeOf(intent);
  return {
    provider_ref: intent.id,
    status: statusOf(intent),
    amount: amountOf(intent.amount),
    currency,
    authorized_amount: amountOf(charge?.amount ?? intent.amount_capturable),
    captured_amount: amountOf(intent.amount_received),
    charge_ref: charge?.id ?? intent.id,
    capture_before: intent.status === 'requires_capture' && charge ? captureBefore(charge) : null,
    client_secret: intent.client_secret,
    failure: failureOf(intent),
    metadata: intent.metadata,
    refunds: refunds.filter(movesMoney).map((refund) => toRefund(refund, amountOf)),
    disputes: disputes.flatMap((dispute) => toDispute(dispute, amountOf)),
  };
}

/** Everything that may have changed a payment. Of these we take notice, and Stripe lists no more than 20 types at once. */
export const EVENT_TYPES: string[] = [
  'payment_intent.amount_capturable_updated',
  'payment_intent.canceled',
  'payment_intent.created',
  'payment_intent.payment_failed',
  'payment_intent.processing',
  'payment_intent.requires_action',
  'payment_intent.succeeded',
  'charge.captured',
  'charge.refunded',
  'charge.refund.updated',
  'charge.dispute.closed',
  'charge.dispute.created',
  'charge.dispute.funds_reinstated',
  'charge.dispute.funds_withdrawn',
  'charge.dispute.updated',
  'refund.created',
  'refund.failed',
  'refund.updated',
];

export function toProviderEvent({
  id,
  type,
  created,
  data,
}: Pick<Stripe.Event, 'id' | 'type' | 'created'> & { data?: { object?: Named } }): ProviderEvent {
  const object_ref = EVENT_TYPES.includes(type) ? intentIn(data?.object) : null;
  return { event_ref: id, type, object_ref, created_at: new Date(created * 1_000).toISOString() };
}

/** As Stripe says of all its ids. */
const MAX_ID = 255;

/** Any object of Stripe's, as far as it names an intent. */
interface Named {
  object?: unknown;
  id?: unknown;
  payment_intent?: unknown;
}

/** The intent, or that of the charge, refund or dispute. */
function intentIn(object: Named = {}): string | null {
  const id = object.object === 'payment_intent' ? object.id : object.payment_intent;
  return typeof id === 'string' && id.length <= MAX_ID ? id : null;
}

function statusOf({ status, last_payment_error }: Stripe.PaymentIntent): ProviderPayment['status'] {
  if (status === 'requires_payment_method' && last_payment_error) return 'failed';
  const known = STATUSES[status];
  if (known) return known;
  throw new Error(`Stripe has a status ${status} of payments that we do not know.`);
}

/** The charge that the bank has accepted; earlier ones were declined. */
export function chargeOf({ latest_charge: charge }: Stripe.PaymentIntent): Stripe.Charge | undefined {
  return typeof charge === 'object' && charge?.status === 'succeeded' ? charge : undefined;
}

function captureBefore({ created, payment_method_details: details }: Stripe.Charge): string {
  const known = details?.card?.capture_before;
  return new Date(known === undefined ? created * 1_000 + SHORTEST_AUTHORIZATION_MS : known * 1_000).toISOString();
}

function failureOf({ last_payment_error: error }: Stripe.PaymentIntent): ProviderPayment['failure'] {
  if (!error) return null;
  const code = error.decline_code ?? error.code ?? error.type;
  return { code, message: error.message ?? 'The payment was declined.' };
}

/** What a partial capture or a cancellation releases is listed as a refund, too, but it was never paid. */
const movesMoney = ({ balance_transaction }: Stripe.Refund) => balance_transaction !== null;

const REFUND_STATUSES: Readonly<Record<string, ProviderRefund['status']>> = {
  succeeded: 'succeeded',
  failed: 'failed',
  canceled: 'failed',
};

function toRefund(refund: Stripe.Refund, amountOf: (amount: number) => number): ProviderRefund {
  return {
    provider_ref: refund.id,
    refund_ref: refund.metadata?.['refund_ref'] ?? null,
    amount: amountOf(refund.amount),
    status: REFUND_STATUSES[refund.status ?? ''] ?? 'pending',
    failure_code: refund.failure_reason ?? null,
  };
}

const DISPUTE_STATUSES: Readonly<Record<string, ProviderDispute['status'] | null>> = {
  won: 'won',
  lost: 'lost',
  // The bank asks, or has withdrawn the dispute before any money moved.
  warning_needs_response: null,
  warning_under_review: null,
  warning_closed: null,
  prevented: null,
};

function toDispute({ id, status, amount }: Stripe.Dispute, amountOf: (amount: number) => number): ProviderDispute[] {
  const known = status in DISPUTE_STATUSES ? DISPUTE_STATUSES[status] : 'open';
  return known ? [{ provider_ref: id, amount: amountOf(amount), status: known }] : [];
}
