import { hash } from 'node:crypto';

/** Pseudo-random whole numbers, the same for the same seed. */
export class Random {
  private drawn = 0;

  constructor(private readonly seed: number) {}

  /** From 0 to `bound` - 1. */
  below(bound: number): number {
    return Number.parseInt(hash('sha1', `${this.seed}:${this.drawn++}`).slice(0, 8), 16) % bound;
  }
}
