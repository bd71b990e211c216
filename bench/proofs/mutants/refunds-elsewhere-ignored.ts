import 'reflect-metadata';
import { StripePaymentProvider } from '../../../apps/payments/src/providers/stripe-payment-provider.js';

/** Knows no refund but its own: what was refunded at the provider is in no ledger. */
const { fetch } = StripePaymentProvider.prototype;
StripePaymentProvider.prototype.fetch = async function (providerRef) {
  const seen = await fetch.call(this, providerRef);
  return { ...seen, refunds: seen.refunds.filter(({ refund_ref }) => refund_ref !== null) };
};
