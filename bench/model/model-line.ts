/** Quantities by product. */
export type Pieces = readonly number[];

/** Of A, B and C, in minor units, before tax. */
export const PRICES = [1_000, 999, 333] as const;
export const SHIPPING = 500;
export const TAX_PERCENT = 19;

/** An amount with its tax, rounded half up. */
export const taxed = (amount: number): number => amount + Math.floor((amount * TAX_PERCENT + 50) / 100);

export const sumOf = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

/** One line of an order: where its pieces are, and what each is worth. */
export class ModelLine {
  prepared = 0;
  shipped = 0;
  cancelled = 0;
  returned = 0;
  /** Of the pieces that the customer keeps or still gets, in minor units; whichever goes next is the first. */
  readonly worth: number[];

  constructor(
    readonly product: number,
    readonly quantity: number,
  ) {
    const cost = taxed(quantity * (PRICES[product] ?? 0));
    // Some cost a cent less than others: those that go last.
    this.worth = Array.from({ length: quantity }, (_, piece) => Math.floor((cost + quantity - 1 - piece) / quantity));
  }

  /** Neither sent nor cancelled. */
  get unsent(): number {
    return this.quantity - this.shipped - this.cancelled;
  }

  /** Nor packed. */
  get open(): number {
    return this.unsent - this.prepared;
  }
}
