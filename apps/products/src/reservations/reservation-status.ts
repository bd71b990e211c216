import type { StockChange } from '../stock/inventory.repository.js';

/**
 * `held` waits for its order, `confirmed` has one and holds what is left of it. Nothing is left of a `consumed` one, of
 * which something was shipped, and of a `released` one, of which nothing was.
 */
export const RESERVATION_STATUSES = ['held', 'confirmed', 'consumed', 'released'] as const;
export type ReservationStatus = (typeof RESERVATION_STATUSES)[number];

/** What becomes of held pieces, and of a reservation in the end. */
export type Outcome = Extract<ReservationStatus, 'consumed' | 'released'>;

/** The steps that take all that is left. `expire` also releases, but never a reservation with an order. */
export type EndingStep = 'consume' | 'release' | 'expire';

/** The steps that take a part. They confirm, since there evidently is an order. */
export type PartStep = 'consumePart' | 'releasePart';

export type ReservationStep = 'confirm' | EndingStep | PartStep;

interface Step<To extends ReservationStatus> {
  from: readonly ReservationStatus[];
  to: To;
}

/** From which states a step leads to which; from any other state it changes nothing. */
export const STEPS: Record<'confirm' | PartStep, Step<'confirmed'>> & Record<EndingStep, Step<Outcome>> = {
  confirm: { from: ['held'], to: 'confirmed' },
  consume: { from: ['held', 'confirmed'], to: 'consumed' },
  release: { from: ['held', 'confirmed'], to: 'released' },
  expire: { from: ['held'], to: 'released' },
  consumePart: { from: ['held', 'confirmed'], to: 'confirmed' },
  releasePart: { from: ['held', 'confirmed'], to: 'confirmed' },
};

/** The effect on the stock of each piece. */
const STOCK_EFFECTS: Record<Outcome, { stock: number; reserved: number }> = {
  consumed: { stock: -1, reserved: -1 },
  released: { stock: 0, reserved: -1 },
};

/** The change of stock when so many held pieces end. */
export function stockChange(outcome: Outcome, product_id: number, quantity: number): StockChange {
  const { stock, reserved } = STOCK_EFFECTS[outcome];
  return { product_id, stock_delta: stock * quantity, reserved_delta: reserved * quantity };
}
