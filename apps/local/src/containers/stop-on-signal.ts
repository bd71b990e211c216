/** Ends the process by `stop` at the first signal to end. */
export function stopOnSignal(stop: () => Promise<unknown>): void {
  const end = (): void => {
    stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.once('SIGTERM', end).once('SIGINT', end);
}
