import { Clock } from '@app/kernel';

/** The real time plus the time skipped by a test. */
export class TestClock extends Clock {
  ahead = 0;

  override now(): Date {
    return new Date(Date.now() + this.ahead);
  }

  advance(ms: number): void {
    this.ahead += ms;
  }
}
