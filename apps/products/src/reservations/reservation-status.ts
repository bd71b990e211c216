/** `held` waits for its order, `confirmed` has one, `consumed` was shipped, `released` has returned its stock. */
export const RESERVATION_STATUSES = ['held', 'confirmed', 'consumed', 'released'] as const;
export type ReservationStatus = (typeof RESERVATION_STATUSES)[number];

/** `expire` also releases, but never a reservation with an order. */
export type ReservationStep = 'confirm' | 'consume' | 'release' | 'expire';

/** From which states a step leads to which; from any other state it changes nothing. */
export const STEPS: Record<ReservationStep, { from: readonly ReservationStatus[]; to: ReservationStatus }> = {
  confirm: { from: ['held'], to: 'confirmed' },
  consume: { from: ['held', 'confirmed'], to: 'consumed' },
  release: { from: ['held', 'confirmed'], to: 'released' },
  expire: { from: ['held'], to: 'released' },
};

/** The effect of a step on the stock, per unit of a line. */
export const STOCK_EFFECTS: Record<ReservationStep, { stock: number; reserved: number }> = {
  confirm: { stock: 0, reserved: 0 },
  consume: { stock: -1, reserved: -1 },
  release: { stock: 0, reserved: -1 },
  expire: { stock: 0, reserved: -1 },
};
