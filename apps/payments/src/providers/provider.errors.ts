import { declareErrors, DomainError } from '@app/kernel';

export const providerError = declareErrors({
  'order-not-payable': { kind: 'conflict', title: 'The order cannot be paid' },
  'payment-provider-unavailable': { kind: 'unavailable', title: 'The payment provider does not answer' },
  'payment-provider-refused': { kind: 'conflict', title: 'The payment provider has refused it' },
  'signature-invalid': { kind: 'malformed', title: 'The signature of the event is not valid' },
  'event-invalid': { kind: 'malformed', title: 'The body is no event' },
});

/** Nobody knows whether it was done: the same attempt is sent again later. */
export function providerUnavailable(cause?: unknown): DomainError {
  return providerError(
    'payment-provider-unavailable',
    'The payment provider does not answer. Send the request again with the same Idempotency-Key; nobody pays twice.',
    { retryAfter: 2, cause },
  );
}

/** `reason` is the provider's code, such as `amount_too_small`. */
export function providerRefused(reason: string, cause?: unknown): DomainError {
  return providerError('payment-provider-refused', `The payment provider has refused it: ${reason}.`, {
    details: { reason },
    cause,
  });
}

/** The reason, if the error means that nothing was done and nothing will be: the provider refused, or cannot even be asked. */
export function refusalOf(error: unknown): string | undefined {
  if (!(error instanceof DomainError) || error.kind !== 'conflict') return undefined;
  const reason = error.details?.['reason'];
  return typeof reason === 'string' ? reason : error.code;
}

export function signatureInvalid(): DomainError {
  return providerError('signature-invalid', 'The signature is missing, wrong or older than five minutes.');
}

export function eventInvalid(): DomainError {
  return providerError('event-invalid', "The body is no event of Stripe's, although its signature is valid.");
}
