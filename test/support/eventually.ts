import { setTimeout as delay } from 'node:timers/promises';

/** Waits until `check` passes; its last failure is thrown when it has not after `ms`. */
export async function eventually<T>(check: () => T | Promise<T>, ms = 20_000): Promise<T> {
  const deadline = Date.now() + ms;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await delay(25);
    }
  }
}
