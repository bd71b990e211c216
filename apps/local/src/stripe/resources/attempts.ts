import type { Call } from '../call.js';
import type { Charge, PaymentIntent, PaymentMethod } from '../objects.js';
import { type ErrorBody, StripeError } from '../stripe-error.js';
import { newCharge } from './charges.js';
import { openDispute } from './disputes.js';
import { assertCan } from './intent-states.js';
import { cardOf } from './payment-methods.js';
import { releaseRest } from './refunds.js';

/**
 * Attempts to pay an intent.
 *
 * @throws StripeError 402 if the card is declined; what the attempt changed stays.
 */
export function attempt(call: Call, intent: PaymentIntent, method: PaymentMethod, returnUrl?: string): PaymentIntent {
  const { does, decline } = cardOf(method.card.last4);
  if (does === 'ask for authentication') return ask(call, intent, method, returnUrl);
  if (!decline) return pay(call, intent, method);
  const charge = call.save(newCharge(call, intent, method, decline), 'charge.failed');
  const why = { code: 'card_declined', ...decline, charge: charge.id, type: 'card_error' } as const;
  throw new StripeError(402, { ...fail(call, intent, method, why, charge), payment_intent: intent });
}

/** Ends 3-D Secure, as the buyer does with the bank. */
export function authenticate(call: Call, intent: PaymentIntent, succeeds: boolean): PaymentIntent {
  assertCan('authenticate', intent);
  const method = call.named('payment_method', intent.payment_method ?? '', 'payment_method');
  if (succeeds) return pay(call, intent, method);
  const message =
    'The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new PaymentMethod to ' +
    'attempt to fulfill this PaymentIntent again.';
  const why = { code: 'payment_intent_authentication_failure', message, type: 'invalid_request_error' } as const;
  fail(call, intent, method, why);
  return intent;
}

/** Captures an authorised amount, once; the rest is released. */
export function capture(call: Call, intent: PaymentIntent, amount: number): PaymentIntent {
  const charge = call.named('charge', intent.latest_charge ?? '', 'charge');
  Object.assign(charge, { captured: true, amount_captured: amount, balance_transaction: `txn_${charge.id.slice(3)}` });
  call.save(charge, 'charge.captured');
  releaseRest(call, charge);
  Object.assign(intent, { status: 'succeeded', amount_capturable: 0, amount_received: amount });
  call.save(intent, 'payment_intent.succeeded');
  disputeIfMeant(call, charge);
  return intent;
}

export function cancel(call: Call, intent: PaymentIntent, reason: string | null): PaymentIntent {
  const charge =
    intent.status === 'requires_capture' ? call.desk.store.find('charge', intent.latest_charge ?? '') : undefined;
  if (charge) releaseRest(call, charge);
  Object.assign(intent, { status: 'canceled', canceled_at: call.now, cancellation_reason: reason });
  Object.assign(intent, { amount_capturable: 0, next_action: null });
  return call.save(intent, 'payment_intent.canceled');
}

/** Cancels an intent whose authorisation has ended; any other stays as it is. */
export function expire(call: Call, id: string): void {
  const intent = call.desk.store.find('payment_intent', id);
  if (intent?.status !== 'requires_capture') return;
  const charge = call.desk.store.find('charge', intent.latest_charge ?? '');
  if (charge) call.save(charge, 'charge.expired');
  cancel(call, intent, 'automatic');
}

function pay(call: Call, intent: PaymentIntent, method: PaymentMethod): PaymentIntent {
  const charge = call.save(newCharge(call, intent, method), 'charge.succeeded');
  const { captured, amount, id: latest_charge } = charge;
  Object.assign(intent, { latest_charge, payment_method: method.id, next_action: null, last_payment_error: null });
  if (captured) {
    Object.assign(intent, { status: 'succeeded', amount_received: amount });
    call.save(intent, 'payment_intent.succeeded');
    disputeIfMeant(call, charge);
    return intent;
  }
  const { capture_before } = charge.payment_method_details.card;
  call.desk.store.later('expire_intent', intent.id, (capture_before ?? call.now) * 1_000);
  Object.assign(intent, { status: 'requires_capture', amount_capturable: amount });
  return call.save(intent, 'payment_intent.amount_capturable_updated');
}

function ask(call: Call, intent: PaymentIntent, method: PaymentMethod, returnUrl?: string): PaymentIntent {
  const url = `https://hooks.stripe.com/3d_secure_2/hosted?payment_intent=${intent.id}`;
  const next_action =
    returnUrl === undefined
      ? { type: 'use_stripe_sdk', use_stripe_sdk: { type: 'three_d_secure_redirect' } }
      : { type: 'redirect_to_url', redirect_to_url: { return_url: returnUrl, url } };
  Object.assign(intent, { status: 'requires_action', next_action, payment_method: method.id });
  return call.save(intent, 'payment_intent.requires_action');
}

/** After a failure the intent waits for another payment method. */
function fail(call: Call, intent: PaymentIntent, method: PaymentMethod, why: ErrorBody, charge?: Charge): ErrorBody {
  const error = new StripeError(402, { ...why, payment_method: method, payment_method_type: 'card' }).body;
  Object.assign(intent, { status: 'requires_payment_method', payment_method: null, next_action: null });
  Object.assign(intent, { last_payment_error: error, latest_charge: charge?.id ?? intent.latest_charge });
  call.save(intent, 'payment_intent.payment_failed');
  return error;
}

function disputeIfMeant(call: Call, charge: Charge): void {
  if (cardOf(charge.payment_method_details.card.last4).does === 'dispute') openDispute(call, charge);
}
