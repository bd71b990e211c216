/** A program of this machine with the arguments it always gets. */
export interface Command {
  program: string;
  args: readonly string[];
}

/** One of the database servers a test can start for itself. */
export interface DatabaseProgram {
  /** Where it is on this machine; undefined where it is not. */
  find(): { initialise: Command; serve: Command } | undefined;
  /** How this machine gets it. */
  hint: string;
}
