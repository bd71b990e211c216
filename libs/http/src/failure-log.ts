/** What a log line may contain of an unexpected error. */
export interface Failure {
  name: string;
  code?: string;
  message: string;
  stack?: string;
  cause?: Failure;
}

const MAX_CAUSES = 3;

/**
 * Describes an error without its data: drivers attach SQL parameters as properties and quote values in messages, so
 * only named fields are read and quoted text is masked.
 */
export function describeFailure(error: unknown, depth = 0): Failure {
  if (!(error instanceof Error)) return { name: typeof error, message: 'A value that is no error was thrown.' };
  const { code } = error as { code?: unknown };
  const frames = error.stack?.split('\n').filter((line) => line.startsWith('    at '));
  return {
    name: error.name,
    ...(typeof code === 'string' && { code }),
    message: mask(error.message),
    ...(frames && { stack: frames.join('\n') }),
    ...(error.cause !== undefined && depth < MAX_CAUSES && { cause: describeFailure(error.cause, depth + 1) }),
  };
}

function mask(message: string): string {
  return message
    .slice(0, 500)
    .replace(/'[^']*'|"[^"]*"/g, "'…'")
    .replace(/\S+@\S+/g, '…');
}
