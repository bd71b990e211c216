import { Clock } from '@app/kernel';

/** A clock that moves only on demand, so that the model knows the exact time. */
export class StoppedClock extends Clock {
  private ms = Date.UTC(2026, 10, 22);

  override now(): Date {
    return new Date(this.ms);
  }

  advance(ms: number): void {
    this.ms += ms;
  }
}
