import { PaymentProvider } from './payment-provider.js';
import { providerUnavailable } from './provider.errors.js';

const away = () => Promise.reject<never>(providerUnavailable());

/** Stands where no provider is configured: money by hand is taken, and cards are not. */
export class MissingPaymentProvider extends PaymentProvider {
  override readonly name = 'none';
  override readonly create = away;
  override readonly fetch = away;
  override readonly capture = away;
  override readonly cancel = away;
  override readonly refund = away;
  override readonly events = () => Promise.resolve([]);
}
