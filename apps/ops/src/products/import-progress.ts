import { SingleBar } from 'cli-progress';
import type { Counts } from '../../../products/src/operations-app.module.js';

type Outcome = Omit<Counts, 'rejected'>;

export interface Figures {
  rows_per_second: number;
  peak_memory_mb: number;
}

/** A progress bar on the standard error. */
export class ImportProgress {
  /** Counts of the batches written so far. */
  written: Outcome = { inserted: 0, updated: 0, unchanged: 0 };
  private readonly bar = new SingleBar({
    format: '{bar} {percentage} % | {rows} rows, {rate}/s',
    hideCursor: true,
    // Without a terminal, a line every ten seconds.
    noTTYOutput: true,
    notTTYSchedule: 10_000,
  });
  private began = 0;

  /** @param size of the file, in bytes */
  constructor(private readonly size: number) {}

  /** Whether a batch has inserted or updated products. */
  get madeChanges(): boolean {
    return this.written.inserted + this.written.updated > 0;
  }

  begin(): void {
    this.began = performance.now();
    this.bar.start(this.size, 0, { rows: 0, rate: 0 });
  }

  show(counts: Counts, bytes: number): void {
    const { inserted, updated, unchanged } = counts;
    this.written = { inserted, updated, unchanged };
    this.bar.update(bytes, { rows: total(counts), rate: this.rate(counts) });
  }

  end(): void {
    this.bar.stop();
  }

  figures(counts: Counts): Figures {
    return {
      rows_per_second: this.rate(counts),
      peak_memory_mb: Math.round(process.resourceUsage().maxRSS / 1_024),
    };
  }

  private rate(counts: Counts): number {
    return Math.round(total(counts) / ((performance.now() - this.began) / 1_000));
  }
}

export const total = ({ inserted, updated, unchanged, rejected }: Counts): number =>
  inserted + updated + unchanged + rejected;
