/**
 * Does work while the database answers a statement, which somebody waits for. Answers both results, once both are there;
 * a failure of either comes after the statement has ended, so that nothing follows it into the transaction.
 */
export async function meanwhile<S, W>(statement: Promise<S>, work: () => W): Promise<[S, W]> {
  let done: W;
  try {
    done = work();
  } finally {
    await statement;
  }
  return [await statement, done];
}
