import { readFileSync } from 'node:fs';
import { atLeast, atMost, info, none } from '../frame/figures.js';
import { ask } from '../frame/http.js';
import { sleep, underLoad } from '../frame/load.js';
import type { Proof } from '../frame/proof.js';

const LOGINS = 200;
const ROUNDS = 3;
const WATCHERS = 2;
const LONGEST_WAIT_MS = 2_000;
/** Peak memory of the users process. */
const MEMORY_MB = 350;

/** 200 people log in at once, three times; the same process must still serve other requests. */
export const logins: Proof = {
  name: 'logins',
  failure: 'logins block other requests',
  mutants: ['hashing-on-the-loop', 'hashing-without-a-line'],
  async run(stage) {
    const platform = await stage.platform({
      services: ['users'],
      environment: { users: { MALLOC_MMAP_THRESHOLD_: '1048576' } },
    });
    const { users } = platform.services;
    const before = memory(users.pid).now;
    const statuses = new Map<number, number>();
    let [gets, longest] = [0, 0];
    const watch = async (): Promise<void> => {
      const began = performance.now();
      await ask(`${users.url}/.well-known/jwks.json`, { timeoutMs: 60_000 });
      longest = Math.max(longest, performance.now() - began);
      gets += 1;
      await sleep(20);
    };
    await underLoad(WATCHERS, watch, async () => {
      for (let round = 0; round < ROUNDS; round += 1) {
        await Promise.all(
          Array.from({ length: LOGINS }, async (_, person) => {
            const body = { email: `nobody-${round}-${person}@example.com`, password: 'a guess of some length' };
            const { status } = await ask(`${users.url}/auth/login`, { method: 'POST', body, timeoutMs: 120_000 });
            statuses.set(status, (statuses.get(status) ?? 0) + 1);
          }),
        );
        stage.progress(`${round + 1} of ${ROUNDS} rounds, longest GET ${Math.round(longest)} ms`);
      }
    });
    const [checked, refused] = [statuses.get(401) ?? 0, statuses.get(429) ?? 0];
    return [
      info('checked', checked),
      atLeast('refused at once (429)', refused, 1),
      none('other answers', LOGINS * ROUNDS - checked - refused),
      info('GETs', gets),
      atMost('longest GET ms', longest, LONGEST_WAIT_MS),
      info('MB at the start', before),
      atMost('MB at the peak', memory(users.pid).peak, MEMORY_MB),
    ];
  },
};

/** As counted by the kernel. */
function memory(pid: number): { now: number; peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const mb = (name: string) => Math.round(Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1]) / 1_024);
  return { now: mb('VmRSS'), peak: mb('VmHWM') };
}
