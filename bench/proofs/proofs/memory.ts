import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
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
/** Collections in a minute. */
const LOOKS = 5;
const MINUTE_MS = 60_000;
const MIB = 1_048_576;

/**
 * `npm start` under the mixed load of eight visitors. Its bounded stores (log lines, e-mails, cached entries) are full
 * after the first minutes; from then on, what is resident right after a garbage collection must not grow. Without the
 * collection, the figure would follow the speed of the machine: the faster it works, the more garbage waits.
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
      preloads: ['preloads/collector', ...stage.mutants],
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
      const resident = await underLoad(
        CLIENTS,
        async () => {
          await visitors.keepPace();
          await visitors.visit();
        },
        () => residentOfEachMinute(stage, child, minutes.filling + minutes.watched),
      );
      const watched = resident.slice(minutes.filling);
      return [
        info('minutes', resident.length),
        atLeast('orders', visitors.orders, 1),
        none('unexpected answers', visitors.unexpected),
        info('MB after filling', resident[minutes.filling - 1] ?? 0),
        info('MB at the end', resident.at(-1) ?? 0),
        info('messages waiting at the end', await visitors.waiting()),
        atMost('growth MB', growth(watched), MOST_MB),
      ];
    } finally {
      await endChild(child, 'SIGKILL');
    }
  },
};

/**
 * Resident MiB after a collection, the least of a few for each minute: a password hash that runs meanwhile takes 19 MiB
 * for some milliseconds.
 */
async function residentOfEachMinute(stage: Stage, child: ChildProcess, minutes: number): Promise<number[]> {
  const resident: number[] = [];
  while (resident.length < minutes) {
    await sleep(MINUTE_MS);
    let least = Number.POSITIVE_INFINITY;
    for (let look = 0; look < LOOKS; look += 1) least = Math.min(least, await collected(child));
    resident.push(least);
    stage.progress(`minute ${resident.length} of ${minutes}: ${least.toFixed(1)} MB`);
  }
  return resident;
}

/** Has the process collect its garbage; returns what is resident then, in MiB. */
async function collected(child: ChildProcess): Promise<number> {
  const answer = once(child, 'message', { signal: AbortSignal.timeout(MINUTE_MS) });
  child.send('collect');
  const [bytes] = (await answer) as [number];
  return bytes / MIB;
}

/** The last third's median minus the first third's, so that one high minute decides nothing. */
function growth(values: number[]): number {
  const third = Math.max(1, Math.floor(values.length / 3));
  return median(values.slice(-third)) - median(values.slice(0, third));
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
