import { between, settle, sleep } from './load.js';
import type { ServiceProcess } from './service-process.js';
import type { Stage } from './stage.js';

const WORK_MS = 60_000;
const WITHIN_MS = 120;

/** The work that kills interrupt. */
export interface Work {
  /** How much is under way now. */
  inFlight: () => number | Promise<number>;
  /** How much has been done so far. */
  done: () => number;
  /** How much the last kill has interrupted, where that can be told exactly afterwards. */
  interrupted?: () => Promise<number>;
}

/** How much was under way at each kill. */
export interface Kills {
  /** The kills that were asked for: at each, as much was under way as was asked for. */
  counted: number[];
  /** Kills besides, which met less, since work had ended at the last moment. */
  others: number[];
}

/**
 * Kills a process and starts it again until `times` kills have met at least `underWay` pieces of work: each at a random
 * moment after `least` more were done. Several processes take turns.
 *
 * @throws when work ends, or hardly any kill meets enough of it.
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
 * Resolves at a random moment of work that goes well.
 *
 * @throws when so much is not done, or not under way at once, within a minute.
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
