import { hash } from 'node:crypto';

/** Whole numbers that look random and are the same for the same seed. */
export class Random {
  private drawn = 0;

  constructor(private readonly seed: number) {}

  /** From 0, below `bound`. */
  below(bound: number): number {
    return Number.parseInt(hash('sha1', `${this.seed}:${this.drawn++}`).slice(0, 8), 16) % bound;
  }
}
