import { setTimeout as delay } from 'node:timers/promises';
import { DomainError } from './domain-error.js';

/**
 * Milliseconds to wait before retry number `attempt` (0 is the first): exponential with full jitter, so that callers
 * that failed together do not retry together. Source: AWS Architecture Blog, "Exponential Backoff And Jitter".
 */
export function backoff(attempt: number, { base, max }: { base: number; max: number }): number {
  return Math.random() * Math.min(max, base * 2 ** attempt);
}

/** Resolves after `ms`; rejects with AbortError when the signal fires first. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return delay(ms, undefined, signal ? { signal } : {});
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
