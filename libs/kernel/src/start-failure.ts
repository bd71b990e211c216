/** A service cannot start. The message is a sentence for the operator; a stack would not help. */
export class StartFailure extends Error {
  override readonly name = 'StartFailure';
}

/** Runs a service's entry point; a failed start ends the process with a message for the operator. */
export async function runMain(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    const expected = error instanceof Error && ['StartFailure', 'ConfigurationError'].includes(error.name);
    process.stderr.write(`${expected ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
    process.exit(1);
  }
}
