import { unique } from '../../../test/e2e/support/client.js';
import type { World } from '../../../test/e2e/hostile/world.js';

/** After five failed logins per account, further ones are refused unread. */
const TRIES_PER_ACCOUNT = 5;

export interface LoginTimes {
  tries: number;
  /** Milliseconds. */
  knownMedian: number;
  unknownMedian: number;
}

/** Sends failing logins to existing and unknown accounts in turn, so that noise affects both equally. */
export async function loginTimes(world: World, tries: number): Promise<LoginTimes> {
  const accounts = Math.ceil(tries / TRIES_PER_ACCOUNT);
  const known: string[] = [];
  for (let n = 0; n < accounts; n += 1) known.push((await world.client.customer()).email);
  const unknown = known.map(() => `${unique('n')}@example.com`);
  const times: Record<'known' | 'unknown', number[]> = { known: [], unknown: [] };
  const fail = async (kind: 'known' | 'unknown', email: string): Promise<void> => {
    const began = performance.now();
    await world.send({ method: 'POST', path: '/auth/login', json: { email, password: 'not the pass phrase' } });
    times[kind].push(performance.now() - began);
  };
  for (let round = 0; round < TRIES_PER_ACCOUNT; round += 1) {
    for (const [index, email] of known.entries()) {
      const pair = [() => fail('known', email), () => fail('unknown', unknown[index] ?? '')];
      for (const step of (index + round) % 2 === 0 ? pair : pair.reverse()) await step();
    }
  }
  return { tries: times.known.length, knownMedian: median(times.known), unknownMedian: median(times.unknown) };
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
