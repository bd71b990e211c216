/** `held` waits for its order, `confirmed` has one; `consumed` was shipped, `released` gave its stock back. */
export const RESERVATION_STATUSES = ['held', 'confirmed', 'consumed', 'released'] as const;
export type ReservationStatus = (typeof RESERVATION_STATUSES)[number];

/** `expire` releases as well, but never what has an order. */
export type ReservationStep = 'confirm' | 'consume' | 'release' | 'expire';

/** From which states a step leads where; from any other state it changes nothing. */
export const STEPS: Record<ReservationStep, { from: readonly ReservationStatus[]; to: ReservationStatus }> = {
  confirm: { from: ['held'], to: 'confirmed' },
  consume: { from: ['held', 'confirmed'], to: 'consumed' },
  release: { from: ['held', 'confirmed'], to: 'released' },
  expire: { from: ['held'], to: 'released' },
};

/** What a step does to the stock for each unit of a line. */
export const STOCK_EFFECTS: Record<ReservationStep, { stock: number; reserved: number }> = {
  confirm: { stock: 0, reserved: 0 },
  consume: { stock: -1, reserved: -1 },
  release: { stock: 0, reserved: -1 },
  expire: { stock: 0, reserved: -1 },
};
