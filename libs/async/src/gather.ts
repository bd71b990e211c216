/**
 * Batches concurrent calls: all items of one turn of the event loop go to `work` together, at most `maxItems` per call;
 * each caller gets the result at its item's index. If `work` rejects, all its items are rejected.
 */
export function gathering<T, R>(maxItems: number, work: (items: T[]) => Promise<R[]>): (item: T) => Promise<R> {
  let waiting: { item: T; resolve: (result: R) => void; reject: (reason: unknown) => void }[] = [];

  const callWork = (callers: typeof waiting): void => {
    work(callers.map(({ item }) => item)).then(
      (results) => callers.forEach(({ resolve }, index) => resolve(results[index] as R)),
      (reason: unknown) => callers.forEach(({ reject }) => reject(reason)),
    );
  };

  return (item) => {
    if (waiting.length === 0) {
      setImmediate(() => {
        const all = waiting;
        waiting = [];
        for (let i = 0; i < all.length; i += maxItems) callWork(all.slice(i, i + maxItems));
      });
    }
    const { promise, resolve, reject } = Promise.withResolvers<R>();
    waiting.push({ item, resolve, reject });
    return promise;
  };
}
