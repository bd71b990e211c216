import { MalformedMessageError } from '@app/events';
import { DomainError, isUnavailable } from '@app/kernel';

/** No handler for this pattern. It fails the message, which must not get lost. */
export class MissingHandlerError extends Error {
  override readonly name = 'MissingHandlerError';

  constructor(pattern: string) {
    super(`No handler takes ${pattern}.`);
  }
}

/**
 * Redelivers the message after `retryAfter` seconds and counts it as received: for work that must not be retried
 * without end, such as an e-mail that may have been sent.
 */
export class RedeliverLaterError extends Error {
  override readonly name = 'RedeliverLaterError';

  constructor(
    message: string,
    readonly retryAfter: number,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Seconds after which the handler wants the message again; undefined if it did not set them. */
export function retryAfterOf(failure: unknown): number | undefined {
  return failure instanceof RedeliverLaterError || isUnavailable(failure) ? failure.retryAfter : undefined;
}

/**
 * Describes a failure for the log. A foreign error may quote a row or a recipient in its message, so only our own
 * messages are logged; of others the name, the code and the place.
 */
export function describeFailure(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { error: typeof error };
  const ours =
    error instanceof DomainError ||
    error instanceof MalformedMessageError ||
    error instanceof MissingHandlerError ||
    error instanceof RedeliverLaterError;
  return {
    error: error.name,
    ...('code' in error && { code: error.code }),
    ...(ours ? { reason: error.message } : { stack: frames(error) }),
  };
}

function frames(error: Error): string[] {
  return (error.stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 10)
    .map((line) => line.trim());
}
