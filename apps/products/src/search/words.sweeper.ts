import { sleep } from '@app/kernel';
import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import { ProductWordsRepository } from './product-words.repository.js';

/** Ids that one sweep looks at: a few milliseconds where nothing is outdated. */
const IDS_PER_SWEEP = 5_000;

/**
 * Goes round the catalog for products whose words do not fit: during a deploy, instances of the release before write
 * products without them. Any number of processes may sweep.
 */
@Injectable()
export class WordsSweeper implements BeforeApplicationShutdown {
  private readonly logger = new Logger('WordsSweeper');
  private readonly stop = new AbortController();
  private running: Promise<void> = Promise.resolve();
  /** The last id that was looked at. A process begins anywhere: many live shorter than a round takes. */
  private position: number | undefined;

  constructor(private readonly words: ProductWordsRepository) {}

  /** Sweeps from now on, about every `pauseMs`; 0 leaves sweeping to whoever calls `sweep`. */
  start(pauseMs: number): void {
    if (pauseMs > 0) this.running = this.sweepUntilStopped(pauseMs);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stop.abort();
    await this.running;
  }

  /** Looks at the next part of the catalog; answers how many products were made findable again. */
  async sweep(): Promise<number> {
    const last = await this.words.lastProduct();
    const from = this.position ?? (last > IDS_PER_SWEEP ? Math.floor(Math.random() * last) : 0);
    const outdated = await this.words.outdated(from, from + IDS_PER_SWEEP);
    for (const product of outdated) await this.words.renew(product);
    this.position = from + IDS_PER_SWEEP >= last ? 0 : from + IDS_PER_SWEEP;
    return outdated.length;
  }

  private async sweepUntilStopped(pause: number): Promise<void> {
    const { signal } = this.stop;
    while (!signal.aborted) {
      await sleep(pause * (0.5 + Math.random()), signal).catch(() => undefined);
      if (signal.aborted) return;
      await this.sweep().catch((error: unknown) => this.logger.warn(`The sweep failed: ${String(error)}`));
    }
  }
}
