import { repeat } from '@app/async';
import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';

/**
 * Work that is looked for again and again, in a process at intervals of its own and on AWS by a function every minute. Any
 * number of processes may do it at once, so a sweep MUST bear that another one does the same.
 */
@Injectable()
export abstract class Sweeper implements BeforeApplicationShutdown {
  protected readonly logger = new Logger(this.constructor.name);
  private readonly stop = new AbortController();
  private running: Promise<void> = Promise.resolve();

  /** One bounded sweep. Returns how much it did; what is left waits for the next one. */
  abstract sweep(): Promise<number>;

  /** Sweeps from now on, about every `pauseMs`, until the app shuts down; 0 leaves sweeping to whoever calls `sweep`. */
  start(pauseMs: number): void {
    if (pauseMs > 0) this.running = repeat(pauseMs, () => this.sweepAnyhow(), this.stop.signal);
  }

  /** Ends the sweep under way where it looks at `isStopping`, and waits for it. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stop.abort();
    await this.running;
  }

  protected get isStopping(): boolean {
    return this.stop.signal.aborted;
  }

  private async sweepAnyhow(): Promise<void> {
    try {
      await this.sweep();
    } catch (error) {
      this.logger.warn(`The sweep failed, and is tried again: ${String(error)}`);
    }
  }
}
