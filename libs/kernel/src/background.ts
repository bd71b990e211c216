import { sleep } from './wait.js';

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
  if (running.size === 0) return;
  const timer = new AbortController();
  const settled = async () => {
    while (running.size > 0 && !timer.signal.aborted) await Promise.allSettled(running);
  };
  await Promise.race([settled(), sleep(deadlineMs, timer.signal).catch(() => undefined)]);
  timer.abort();
}
