import { MalformedMessageError } from '@app/events';
import { DomainError } from '@app/kernel';

/** No handler takes this pattern. A failure like any other: the message must not vanish. */
export class MissingHandlerError extends Error {
  override readonly name = 'MissingHandlerError';

  constructor(pattern: string) {
    super(`No handler takes ${pattern}.`);
  }
}

/**
 * What a log line may say of a failure. The message of a foreign error can quote the row or the recipient it failed
 * on, so only our own errors are quoted; of others the name, the code and the place remain.
 */
export function describeFailure(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { error: typeof error };
  const ours =
    error instanceof DomainError || error instanceof MalformedMessageError || error instanceof MissingHandlerError;
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
