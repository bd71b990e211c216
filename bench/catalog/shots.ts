import autocannon, { type Options, type Result } from 'autocannon';

/** The result of one round against one server. */
export interface Shot {
  perSecond: number;
  p50: number;
  p99: number;
  failed: number;
}

export interface Volley {
  connections: number;
  /** Duration in seconds; without it the round has `amount` requests. */
  seconds?: number;
  amount?: number;
  /** The path of the n-th request. */
  path: (n: number) => string;
}

/** One round against one server. */
export async function shoot(base: string, { connections, seconds, amount, path }: Volley): Promise<Shot> {
  let n = 0;
  const began = performance.now();
  let ended = began;
  const options: Options = {
    url: base,
    connections,
    ...(amount === undefined ? { duration: seconds ?? 1 } : { amount }),
    requests: [{ method: 'GET', setupRequest: (request) => ({ ...request, path: path(n++) }) }],
  };
  const result = await new Promise<Result>((resolve, reject) => {
    const done = (error: unknown, shot: Result) => (error instanceof Error ? reject(error) : resolve(shot));
    // autocannon reads the clock once a second, which is too coarse for a round with a fixed number of requests.
    autocannon(options, done).on('response', () => (ended = performance.now()));
  });
  const took = (ended - began) / 1_000;
  return {
    perSecond: result.requests.total / took,
    p50: result.latency.p50,
    p99: result.latency.p99,
    failed: result.non2xx + result.errors,
  };
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/** The quantile of the values; `share` is from 0 to 1. */
export function percentile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? Number.NaN;
}

/** Milliseconds for a fixed piece of work: shows how busy the machine is. */
export function calibrate(): number {
  const began = performance.now();
  let sum = 0;
  for (let i = 0; i < 20_000_000; i++) sum = (sum * 31 + i) | 0;
  return performance.now() - began + (sum === 1 ? 1 : 0);
}
