/** Calls `stop` at the first SIGINT or SIGTERM, and then ends the process. */
export function stopOnSignal(stop: () => Promise<unknown>): void {
  const end = (): void => {
    stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.once('SIGTERM', end).once('SIGINT', end);
}
