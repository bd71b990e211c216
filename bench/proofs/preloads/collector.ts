import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Answers every message of the parent process with the bytes that are resident after a garbage collection. */
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** V8 gives freed pages back in the background; what finalizers free is collected by the second round. */
const RETURN_MS = 300;

async function resident(): Promise<number> {
  for (let round = 0; round < 2; round += 1) {
    collectGarbage();
    await sleep(RETURN_MS);
  }
  return process.memoryUsage.rss();
}

process.on('message', () => {
  void resident().then((bytes) => process.send?.(bytes));
});
process.channel?.unref();
