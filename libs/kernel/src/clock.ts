/** The time as the platform sees it; tests replace it. */
export abstract class Clock {
  abstract now(): Date;
}

/** Milliseconds since 1970 on this machine's clock: for what leaves the process, or is compared with what came from outside. */
export function systemTime(): number {
  // eslint-disable-next-line no-restricted-properties -- the one place that asks the machine
  return Date.now();
}

/** Milliseconds. Clocks of machines that work together differ by less: AWS refuses requests of whoever is further off. */
const MOST_SKEW_MS = 5 * 60_000;

/**
 * The latest moment at which a lease or a wait of `forMs` can end that somebody has begun by now. One that ends later was
 * begun before the clock was put back, and is over: otherwise it would last as much longer as the clock was put back.
 */
export function latestEnd(now: Date, forMs: number): Date {
  return new Date(now.getTime() + forMs + MOST_SKEW_MS);
}

export class SystemClock extends Clock {
  override now(): Date {
    return new Date();
  }
}
