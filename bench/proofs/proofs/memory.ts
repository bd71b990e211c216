import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePorts } from '../../../apps/local/src/embedded/ports.js';
import { endChild, startChild } from '../frame/child.js';
import { EmbeddedVisitors } from '../frame/embedded-visitors.js';
import { atLeast, atMost, info, none } from '../frame/figures.js';
import { ask } from '../frame/http.js';
import { settle, sleep, underLoad } from '../frame/load.js';
import type { Proof } from '../frame/proof.js';
import type { Stage } from '../frame/stage.js';

const CLIENTS = 8;
const MOST_MB = 5;
const SAMPLE_MS = 2_000;
const MINUTE_MS = 60_000;
const MIB = 1_048_576;
const PAGE_BYTES = 4_096;

/**
 * `npm start` under the mixed load of eight visitors. Its bounded stores (log lines, e-mails, cached entries) are full
 * after the first minutes; from then on, the lowest resident memory of each minute must not grow.
 */
export const memory: Proof = {
  name: 'memory',
  failure: 'the embedded platform leaks memory',
  mutants: ['journal-without-bound'],
  alone: true,
  async run(stage) {
    const minutes = { filling: stage.amount(5, 3), watched: stage.amount(25, 3) };
    const [port = 0] = await freePorts(1);
    const child = startChild({
      program: 'apps/local/src/main.js',
      preloads: stage.mutants,
      environment: { PORT: String(port), DATA_DIR: join(stage.folder, 'data'), MALLOC_MMAP_THRESHOLD_: String(MIB) },
      logFile: join(stage.folder, 'platform.log'),
    });
    try {
      const base = `http://127.0.0.1:${port}`;
      await settle(
        MINUTE_MS,
        () => ask(`${base}/health/ready`).catch(() => undefined),
        (answer) => answer?.status === 200,
      );
      const visitors = await EmbeddedVisitors.open(base);
      const lowest = await underLoad(
        CLIENTS,
        () => visitors.visit(),
        () => lowestOfEachMinute(stage, child.pid ?? 0, minutes.filling + minutes.watched),
      );
      const watched = lowest.slice(minutes.filling);
      return [
        info('minutes', lowest.length),
        atLeast('orders', visitors.orders, 1),
        none('unexpected answers', visitors.unexpected),
        info('MB after filling', lowest[minutes.filling - 1] ?? 0),
        info('MB at the end', lowest.at(-1) ?? 0),
        atMost('growth MB', growth(watched), MOST_MB),
      ];
    } finally {
      await endChild(child, 'SIGKILL');
    }
  },
};

/** Resident MiB; the lowest sample of a minute excludes garbage not yet collected. */
async function lowestOfEachMinute(stage: Stage, pid: number, minutes: number): Promise<number[]> {
  const lowest: number[] = [];
  while (lowest.length < minutes) {
    const until = Date.now() + MINUTE_MS;
    let least = Number.POSITIVE_INFINITY;
    while (Date.now() < until) {
      await sleep(SAMPLE_MS);
      least = Math.min(least, residentMiB(pid));
    }
    lowest.push(least);
    stage.progress(`minute ${lowest.length} of ${minutes}: ${least.toFixed(1)} MB`);
  }
  return lowest;
}

function residentMiB(pid: number): number {
  const [, resident = '0'] = readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ');
  return (Number(resident) * PAGE_BYTES) / MIB;
}

/** The last third's median minus the first third's, so that one high minute decides nothing. */
function growth(values: number[]): number {
  const third = Math.max(1, Math.floor(values.length / 3));
  return median(values.slice(-third)) - median(values.slice(0, third));
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
