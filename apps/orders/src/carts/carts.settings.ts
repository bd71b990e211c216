/** How long carts of this stage last without a change; a class, so that it is its own injection token. */
export abstract class CartsSettings {
  /** Milliseconds. */
  abstract readonly guestTtlMs: number;
  /** Milliseconds. */
  abstract readonly customerTtlMs: number;
}
