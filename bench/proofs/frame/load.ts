import { setTimeout as sleep } from 'node:timers/promises';

/** `clients` loops that each take a step after the other until `done`; resolves when the last has ended its step. */
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

/** Runs the work while `clients` loops take steps, and ends them after it, also when it fails. */
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

/** Asks until the answer is the wanted one; answers the last one when that takes longer than `ms`. */
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

/** Milliseconds between `from` and `to`, at random. */
export const between = (from: number, to: number): number => from + Math.random() * (to - from);

export { sleep };
