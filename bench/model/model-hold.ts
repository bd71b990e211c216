import { type Pieces, sumOf } from './model-line.js';

/** Stock that is held for an order, and what has become of its pieces. */
export class ModelHold {
  status: 'held' | 'confirmed' | 'consumed' | 'released' = 'held';
  readonly consumed = [0, 0, 0];
  readonly released = [0, 0, 0];

  constructor(
    readonly basket: Pieces,
    public expiresAt: number,
  ) {}

  get isLive(): boolean {
    return this.status === 'held' || this.status === 'confirmed';
  }

  left(product: number): number {
    return (this.basket[product] ?? 0) - (this.consumed[product] ?? 0) - (this.released[product] ?? 0);
  }

  /** Takes pieces out of it: they have left, or are on sale again. */
  take(pieces: Pieces, as: 'consumed' | 'released'): void {
    pieces.forEach((quantity, product) => (this[as][product] = (this[as][product] ?? 0) + quantity));
    const isOver = this.basket.every((_, product) => this.left(product) === 0);
    this.status = isOver ? (sumOf(this.consumed) > 0 ? 'consumed' : 'released') : 'confirmed';
  }

  release(): void {
    this.take(
      this.basket.map((_, product) => this.left(product)),
      'released',
    );
  }
}
