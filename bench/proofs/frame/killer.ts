import { between, settle, sleep } from './load.js';
import type { ServiceProcess } from './service-process.js';
import type { Stage } from './stage.js';

const WORK_MS = 60_000;
const WITHIN_MS = 120;

/** The work that is interrupted by kills. */
export interface Work {
  /** The number of pieces in flight now. */
  inFlight: () => number | Promise<number>;
  /** The number of pieces done so far. */
  done: () => number;
  /** The exact number interrupted by the last kill, if it can be known afterwards. */
  interrupted?: () => Promise<number>;
}

/** The number of pieces in flight at each kill. */
export interface Kills {
  /** The requested kills, each with at least the requested number in flight. */
  counted: number[];
  /** Additional kills with fewer in flight, since work had just ended. */
  others: number[];
}

/**
 * Kills and restarts a process until `times` kills have interrupted at least `underWay` pieces of work each, at random
 * moments after `least` more were done. Several processes take turns.
 *
 * @throws when work stops, or too few kills interrupt enough of it.
 */
export async function killRepeatedly(
  stage: Stage,
  processes: readonly ServiceProcess[],
  { times, least, underWay = least, work }: { times: number; least: number; underWay?: number; work: Work },
): Promise<Kills> {
  const counted: number[] = [];
  const others: number[] = [];
  while (counted.length < times) {
    if (others.length > times) throw new Error(`Only ${counted.length} kills met ${underWay} pieces of work.`);
    await doneAndUnderWay(work, least, underWay);
    const process = processes[counted.length % processes.length];
    const before = await work.inFlight();
    await process?.kill();
    const met = (await work.interrupted?.()) ?? before;
    (met >= underWay ? counted : others).push(met);
    await process?.start();
    stage.progress(`${counted.length} of ${times} kills`);
  }
  return { counted, others };
}

/**
 * Resolves at a random moment of running work.
 *
 * @throws when `least` pieces are not done, or `underWay` not in flight at once, within a minute.
 */
export async function doneAndUnderWay({ done, inFlight }: Work, least: number, underWay = least): Promise<void> {
  const wanted = done() + least;
  const reached = await settle(WORK_MS, done, (now) => now >= wanted, 1);
  if (reached < wanted) throw new Error(`${wanted} pieces of work were to be done; after a minute it was ${reached}.`);
  await sleep(between(0, WITHIN_MS));
  const most = await settle(WORK_MS, inFlight, (count) => count >= underWay, 1);
  if (most < underWay)
    throw new Error(`${underWay} pieces of work were to be under way; after a minute it was ${most}.`);
}

export const total = (numbers: readonly number[]): number => numbers.reduce((sum, number) => sum + number, 0);

export const mean = (numbers: readonly number[]): number => total(numbers) / Math.max(1, numbers.length);
