import 'reflect-metadata';
import { ProviderObjects } from '../../../apps/payments/src/provider-events/provider-objects.js';
import { PaymentsRepository } from '../../../apps/payments/src/payments/payments.repository.js';

/** Is done with an event whose object no payment is known by. */
const { settle } = ProviderObjects.prototype;
ProviderObjects.prototype.settle = async function (this: ProviderObjects, providerRef) {
  const payments = Object.values(this).find((part) => part instanceof PaymentsRepository);
  const known = await payments?.findByProviderRef('stripe', providerRef);
  return known ? settle.call(this, providerRef) : 'ignored';
};
