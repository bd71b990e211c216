import { Clock } from '@app/kernel';

/** The real time, plus what a test has skipped. */
export class TestClock extends Clock {
  ahead = 0;

  override now(): Date {
    return new Date(Date.now() + this.ahead);
  }

  advance(ms: number): void {
    this.ahead += ms;
  }
}
