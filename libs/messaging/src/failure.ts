import { MalformedMessageError } from '@app/events';
import { DomainError, isUnavailable } from '@app/kernel';

/** No handler takes this pattern. A failure like any other: the message must not vanish. */
export class MissingHandlerError extends Error {
  override readonly name = 'MissingHandlerError';

  constructor(pattern: string) {
    super(`No handler takes ${pattern}.`);
  }
}

/**
 * The message is to come again in `retryAfter` seconds, and counts as received until then: something was tried that must
 * not be tried without end, such as an e-mail that may have been sent.
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

/** Seconds after which the handler wants the message again; undefined where it did not say. */
export function retryAfterOf(failure: unknown): number | undefined {
  return failure instanceof RedeliverLaterError || isUnavailable(failure) ? failure.retryAfter : undefined;
}

/**
 * What a log line may say of a failure. The message of a foreign error can quote the row or the recipient it failed
 * on, so only our own errors are quoted; of others the name, the code and the place remain.
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
