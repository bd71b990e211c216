import 'reflect-metadata';
import { ProviderGate } from '../../../apps/payments/src/providers/provider-gate.js';
import { StripePaymentProvider } from '../../../apps/payments/src/providers/stripe-payment-provider.js';

/** Waits for the provider as long as it takes. */
ProviderGate.prototype.run = (call) => call();
Object.assign(StripePaymentProvider.prototype, {
  call: <T>(send: (options: object) => Promise<T>): Promise<T> => send({ timeout: 80_000 }),
});
