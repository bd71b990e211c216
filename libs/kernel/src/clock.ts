/** The time as the platform sees it; tests replace it. */
export abstract class Clock {
  abstract now(): Date;
}

/** Milliseconds since 1970 on this machine's clock: for what leaves the process, or is compared with what came from outside. */
export function systemTime(): number {
  // eslint-disable-next-line no-restricted-properties -- the one place that asks the machine
  return Date.now();
}

export class SystemClock extends Clock {
  override now(): Date {
    return new Date();
  }
}
