/**
 * Does work while the database executes a statement. Returns both results; rejects with the first failure, but only
 * after the statement has ended, so that nothing else runs in the transaction after a failure.
 */
export async function runDuring<S, W>(statement: Promise<S>, work: () => W): Promise<[S, W]> {
  let done: W;
  try {
    done = work();
  } finally {
    await statement;
  }
  return [await statement, done];
}
