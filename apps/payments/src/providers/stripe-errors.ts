import Stripe from 'stripe';
import { isUnavailable } from '@app/kernel';
import { providerRefused, providerUnavailable } from './provider.errors.js';

/** Another request with this key is running, or the object is locked by one. */
const BUSY = new Set(['idempotency_key_in_use', 'lock_timeout']);

/**
 * Of an error of Stripe's SDK: whether nothing was done, or whether nobody knows. Stripe repeats the answer of a key for
 * a day, so a key that was used for something else is not refused: the first use of it may have worked.
 */
export function stripeFailure(error: unknown): unknown {
  if (isUnavailable(error) || !(error instanceof Stripe.errors.StripeError)) return error;
  const { StripeCardError, StripeInvalidRequestError } = Stripe.errors;
  const refused = error instanceof StripeCardError || error instanceof StripeInvalidRequestError;
  if (!refused || error.statusCode === 409 || BUSY.has(error.code ?? ''))
    return providerUnavailable(withoutBody(error));
  return providerRefused(error.code ?? error.type, withoutBody(error));
}

/** Stripe's errors carry the payment as it is, with the secret of its customer. */
function withoutBody({ type, code, statusCode, requestId }: InstanceType<typeof Stripe.errors.StripeError>): Error {
  return new Error(`${type} ${code ?? ''} ${statusCode ?? ''} ${requestId ?? ''}`.trim());
}
