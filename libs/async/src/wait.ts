import { setTimeout as delay } from 'node:timers/promises';
import { DomainError } from '@app/kernel';

/**
 * Milliseconds to wait before retry number `attempt` (0 is the first): exponential with full jitter, so that callers
 * that failed together do not retry together. Source: AWS Architecture Blog, "Exponential Backoff And Jitter".
 */
export function backoff(attempt: number, { base, max }: { base: number; max: number }): number {
  return Math.random() * Math.min(max, base * 2 ** attempt);
}

/** Resolves after `ms`, or as soon as the signal fires; never rejects. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return delay(ms, undefined, signal ? { signal } : {}).catch(() => undefined);
}

/** Resolves when `work` has resolved, or after `ms`; the work then goes on. Rejects if the work rejects before. */
export async function waitAtMost(ms: number, work: Promise<unknown> | undefined): Promise<void> {
  const timer = new AbortController();
  try {
    await Promise.race([work, sleep(ms, timer.signal)]);
  } finally {
    timer.abort();
  }
}

/** Resolves with the promise's result, or rejects with `service-unavailable` after `ms`. Does not cancel the work. */
export async function withDeadline<T>(promise: Promise<T>, ms: number, what: string): Promise<T> {
  // A plain timer: an abort would create an error with a stack each time.
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new DomainError('service-unavailable', `${what} did not answer in time. Try again later.`)),
      ms,
    );
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
