/** A program of this machine with its fixed arguments. */
export interface Command {
  program: string;
  args: readonly string[];
}

/** A kind of database server that a test can start. */
export interface DatabaseProgram {
  /** Its programs on this machine; undefined if it is not installed. */
  find(): { initialise: Command; serve: Command } | undefined;
  /** How to install it. */
  hint: string;
}
