import { sleep } from './wait.js';

/**
 * Runs `work` again and again, about `pauseMs` after its last end, and resolves once the signal has fired and the work
 * under way has ended. The pauses vary by half, which keeps several processes out of step. `work` must not reject.
 */
export async function repeat(pauseMs: number, work: () => Promise<void>, stop: AbortSignal): Promise<void> {
  while (!stop.aborted) {
    await sleep(pauseMs * (0.5 + Math.random()), stop);
    if (!stop.aborted) await work();
  }
}
