/** How a command ends, for scripts. docs/operating.md and `--help` say the same. */
export const EXIT = { done: 0, failed: 1, doneInPart: 2 } as const;

export const EXIT_HELP = `
These may stand anywhere:
  --stage <name>   act on a stage on AWS instead of the data of npm start
  --json           answer one JSON value
  --output <file>  write the answer to a file

The answer goes to the standard output, everything else to the standard error.
Exit codes: ${EXIT.done} all was done, ${EXIT.failed} nothing was done, ${EXIT.doneInPart} only a part was done; a sentence says why.`;

/** A command did a part of what it was asked for: its message says what is left and what to do next. */
export class DoneInPart extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'DoneInPart';
  }
}

/**
 * Writes the audit row of something that was done and cannot be undone.
 *
 * @throws DoneInPart beginning with `what`, such as "The keys are gone".
 */
export async function noted(what: string, record: () => Promise<void>): Promise<void> {
  try {
    await record();
  } catch (cause) {
    throw new DoneInPart(`${what}, but the audit log does not say so: ${told(cause)}`, { cause });
  }
}

const TOLD = ['ConfigurationError', 'DomainError', 'StartFailure', 'DoneInPart'];

/** What an operator can do something about is told in a sentence, everything else with its stack. */
export function told(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return TOLD.includes(error.name) ? error.message : (error.stack ?? error.message);
}
