import { between, settle, sleep } from './load.js';
import type { ServiceProcess } from './service-process.js';
import type { Stage } from './stage.js';

const WORK_MS = 20_000;
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

/**
 * Kills a process `times` times and starts it again: each time at a random moment after `least` more pieces of work were
 * done, and with as many under way. Several processes take turns. Answers how many were under way at each kill.
 */
export async function killRepeatedly(
  stage: Stage,
  processes: readonly ServiceProcess[],
  { times, least, work }: { times: number; least: number; work: Work },
): Promise<number[]> {
  const interrupted: number[] = [];
  while (interrupted.length < times) {
    await doneAndUnderWay(work, least);
    const process = processes[interrupted.length % processes.length];
    const underWay = await work.inFlight();
    await process?.kill();
    interrupted.push((await work.interrupted?.()) ?? underWay);
    await process?.start();
    stage.progress(`${interrupted.length} of ${times} kills`);
  }
  return interrupted;
}

/** Resolves at a random moment of work that goes well. */
export async function doneAndUnderWay({ done, inFlight }: Work, least: number): Promise<void> {
  const before = done();
  await settle(WORK_MS, done, (now) => now >= before + least, 1);
  await sleep(between(0, WITHIN_MS));
  await settle(WORK_MS, inFlight, (count) => count >= least, 1);
}

export const mean = (numbers: readonly number[]): number =>
  numbers.reduce((sum, number) => sum + number, 0) / Math.max(1, numbers.length);
