import 'reflect-metadata';
import { StripePaymentProvider } from '../../../apps/payments/src/providers/stripe-payment-provider.js';

/** Names an attempt at the provider by its order and total, not by itself. */
const { create } = StripePaymentProvider.prototype;
StripePaymentProvider.prototype.create = function (this: StripePaymentProvider, intent) {
  return create.call(this, intent, `${intent.metadata.order_ref}:${intent.amount}`);
};
