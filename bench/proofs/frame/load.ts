import { setTimeout as sleep } from 'node:timers/promises';

/** Runs `clients` loops of steps until `done`; resolves after the last step of each. */
export async function load(
  clients: number,
  done: () => boolean,
  step: (client: number) => Promise<void>,
): Promise<void> {
  const loop = async (client: number): Promise<void> => {
    while (!done()) await step(client);
  };
  await Promise.all(Array.from({ length: clients }, (_, client) => loop(client)));
}

/** Runs the work while `clients` loops take steps, and stops them afterwards, even if the work fails. */
export async function underLoad<T>(
  clients: number,
  step: (client: number) => Promise<void>,
  work: () => Promise<T>,
): Promise<T> {
  let ended = false;
  const loops = load(clients, () => ended, step);
  try {
    return await Promise.race([work(), loops.then(() => Promise.reject(new Error('The load ended early.')))]);
  } finally {
    ended = true;
    await loops;
  }
}

/** Polls until the value is the expected one; after `ms`, returns the last value. */
export async function settle<T>(
  ms: number,
  ask: () => Promise<T> | T,
  wanted: (answer: T) => boolean,
  pauseMs = 100,
): Promise<T> {
  const deadline = Date.now() + ms;
  for (;;) {
    const answer = await ask();
    if (wanted(answer) || Date.now() > deadline) return answer;
    await sleep(pauseMs);
  }
}

/** A random number between `from` and `to`. */
export const between = (from: number, to: number): number => from + Math.random() * (to - from);

export { sleep };
