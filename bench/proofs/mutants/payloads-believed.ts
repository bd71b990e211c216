import 'reflect-metadata';
import type Stripe from 'stripe';
import { StripeEventVerifier } from '../../../apps/payments/src/providers/stripe-event-verifier.js';
import { toProviderPayment } from '../../../apps/payments/src/providers/stripe-objects.js';
import { StripePaymentProvider } from '../../../apps/payments/src/providers/stripe-payment-provider.js';

/** The intents of the events that came last. */
const told = new Map<string, Stripe.PaymentIntent>();

/** Believes what an event carries, and does not ask for the object. */
const { verify } = StripeEventVerifier.prototype;
StripeEventVerifier.prototype.verify = function (this: StripeEventVerifier, body, signature) {
  const event = verify.call(this, body, signature);
  const { data } = JSON.parse(body.toString()) as Stripe.Event;
  const { object } = data as { object: { object?: string } };
  if (event.object_ref !== null && object.object === 'payment_intent')
    told.set(event.object_ref, object as unknown as Stripe.PaymentIntent);
  return event;
};
const { fetch } = StripePaymentProvider.prototype;
StripePaymentProvider.prototype.fetch = function (this: StripePaymentProvider, providerRef) {
  const intent = told.get(providerRef);
  return intent ? Promise.resolve(toProviderPayment(intent, [], [])) : fetch.call(this, providerRef);
};
