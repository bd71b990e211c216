/** Exit codes, for scripts. Documented in docs/operating.md and `--help`. */
export const EXIT = { done: 0, failed: 1, doneInPart: 2 } as const;

export const EXIT_HELP = `
These may stand anywhere:
  --stage <name>   act on a stage on AWS instead of the data of npm start
  --json           answer one JSON value
  --output <file>  write the answer to a file

The answer goes to the standard output, everything else to the standard error.
Exit codes: ${EXIT.done} all was done, ${EXIT.failed} nothing was done, ${EXIT.doneInPart} only a part was done; a sentence says why.`;

/** A command did only a part of its work: the message says what is left and what to do next. */
export class DoneInPart extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'DoneInPart';
  }
}

/**
 * Writes the audit row of a change that is done and cannot be rolled back.
 *
 * @throws DoneInPart beginning with `what`, such as "The keys are gone".
 */
export async function noted(what: string, record: () => Promise<void>): Promise<void> {
  try {
    await record();
  } catch (cause) {
    throw new DoneInPart(`${what}, but its audit row could not be written: ${told(cause)}`, { cause });
  }
}

const TOLD = ['ConfigurationError', 'DomainError', 'StartFailure', 'DoneInPart'];

/** Returns only the message of errors that an operator can fix, and the stack of all others. */
export function told(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return TOLD.includes(error.name) ? error.message : (error.stack ?? error.message);
}
