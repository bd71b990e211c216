/** The platform's time; tests replace it. */
export abstract class Clock {
  abstract now(): Date;
}

/** Milliseconds since 1970 on this machine's clock: for values that leave the process or came from outside. */
export function systemTime(): number {
  // eslint-disable-next-line no-restricted-properties -- the only place that reads the machine's clock
  return Date.now();
}

/** Milliseconds. The clocks of cooperating machines differ by less: AWS rejects requests with a larger difference. */
const MAX_CLOCK_SKEW_MS = 5 * 60_000;

/**
 * Returns the latest possible end of a lease or wait of `forMs` that has begun by `now`. One that ends later began
 * before the clock was set back, and counts as over: otherwise it would last longer by the time the clock was set back.
 */
export function latestEnd(now: Date, forMs: number): Date {
  return new Date(now.getTime() + forMs + MAX_CLOCK_SKEW_MS);
}

export class SystemClock extends Clock {
  override now(): Date {
    return new Date();
  }
}
