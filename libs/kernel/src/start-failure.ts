/** A service cannot start. The message is a sentence for the operator; a stack would tell nothing more. */
export class StartFailure extends Error {
  override readonly name = 'StartFailure';
}

/** Runs a service's entry; a start that fails ends the process with what the operator should know. */
export async function runMain(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    const expected = error instanceof Error && ['StartFailure', 'ConfigurationError'].includes(error.name);
    process.stderr.write(`${expected ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
    process.exit(1);
  }
}
