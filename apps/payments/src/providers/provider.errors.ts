import { DomainError } from '@app/kernel';

/** Nobody knows whether it was done: the same attempt is sent again later. */
export function providerUnavailable(cause?: unknown): DomainError {
  return new DomainError(
    'payment-provider-unavailable',
    'The payment provider does not answer. Send the request again with the same Idempotency-Key; nobody pays twice.',
    { retryAfter: 2, cause },
  );
}

/** `reason` is the provider's code, such as `amount_too_small`. */
export function providerRefused(reason: string, cause?: unknown): DomainError {
  return new DomainError('payment-provider-refused', `The payment provider has refused it: ${reason}.`, {
    details: { reason },
    cause,
  });
}

export function signatureInvalid(): DomainError {
  return new DomainError('signature-invalid', 'The signature is missing, wrong or older than five minutes.');
}
