import { inBackground, repeat, sleep } from '@app/async';
import { newContext, runOutsideTransaction, runWithContext } from '@app/kernel';
import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';

const BATCHES_PER_SWEEP = 20;

/**
 * Work that is looked for again and again, in a process at intervals of its own and on AWS by a function every minute. Any
 * number of processes may do it at once, so a sweep MUST bear that another one does the same.
 */
@Injectable()
export abstract class Sweeper implements BeforeApplicationShutdown {
  protected readonly logger = new Logger(this.constructor.name);
  private readonly stop = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private woken: Promise<void> | undefined;
  private isAwake = false;

  /** One bounded sweep. Returns how much it did; what is left waits for the next one. */
  abstract sweep(): Promise<number>;

  /** Sweeps from now on, about every `pauseMs`, until the app shuts down; 0 leaves sweeping to whoever calls `sweep`. */
  start(pauseMs: number): void {
    if (pauseMs > 0) this.running = repeat(pauseMs, () => this.sweepNow(), this.stop.signal);
  }

  /** Sweeps now, in the background, and once more if it is at it. What fails is left to the next sweep. */
  wake(): void {
    void this.sweepNow();
  }

  /** Waits until no sweep is under way that `wake` or the interval has begun. */
  async rest(): Promise<void> {
    await this.woken;
  }

  /** Ends the sweep under way where it looks at `isStopping`, and waits for it. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stop.abort();
    await this.running;
    await this.rest();
  }

  protected get isStopping(): boolean {
    return this.stop.signal.aborted;
  }

  /**
   * Works on what is due, batch by batch until nothing is left, at most 20 batches. `work` returns whether there was
   * anything to do, and MUST move on when each is due again. Returns how many there were.
   */
  protected async workOff<T>(
    { batch, atOnce }: { batch: number; atOnce: number },
    due: (limit: number) => Promise<T[]>,
    work: (each: T) => Promise<boolean>,
  ): Promise<number> {
    let done = 0;
    for (let round = 0; round < BATCHES_PER_SWEEP && !this.isStopping; round++) {
      const left = await due(batch);
      const isLast = left.length < batch;
      while (left.length > 0 && !this.isStopping) {
        const outcomes = await Promise.all(left.splice(0, atOnce).map(work));
        done += outcomes.filter(Boolean).length;
      }
      if (isLast) break;
    }
    return done;
  }

  /** One sweep at a time: two would take the work from under each other's hands. */
  private sweepNow(): Promise<void> {
    this.isAwake = true;
    return (this.woken ??= inBackground(runOutsideTransaction(() => this.sweepWhileAwake())));
  }

  private async sweepWhileAwake(): Promise<void> {
    // Whoever wakes it goes on first.
    await sleep(0);
    while (this.isAwake && !this.isStopping) {
      this.isAwake = false;
      await this.sweepSafely();
    }
    this.woken = undefined;
  }

  /** Under a request id of its own, by which all that the sweep does is found. */
  private async sweepSafely(): Promise<void> {
    await runWithContext(newContext(), () => this.sweep()).catch((error: unknown) =>
      this.logger.warn(`The sweep failed, and is tried again: ${String(error)}`),
    );
  }
}
