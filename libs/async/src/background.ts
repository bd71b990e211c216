import { waitAtMost } from './wait.js';

const running = new Set<Promise<unknown>>();

/** Registers work that nobody awaits, so that a process can wait for it before it stops or freezes. Returns `work`. */
export function inBackground<T>(work: Promise<T>): Promise<T> {
  running.add(work);
  const end = () => running.delete(work);
  work.then(end, end);
  return work;
}

/** Resolves when no background work runs, or after `deadlineMs`. Never rejects. */
export async function backgroundSettled(deadlineMs: number): Promise<void> {
  const until = performance.now() + deadlineMs;
  for (let left = deadlineMs; running.size > 0 && left > 0; left = until - performance.now())
    await waitAtMost(left, Promise.allSettled(running));
}
