/** The business settings of this stage; a class, so that it is its own injection token. */
export abstract class ProductsSettings {
  /** ISO 4217; every price of this stage is in it. */
  abstract readonly currency: string;
  /** Milliseconds for which reserved stock waits for its order. */
  abstract readonly reservationHoldMs: number;
  /** What the addresses of images begin with, without a slash at the end; empty: they are relative to the API. */
  abstract readonly mediaBaseUrl: string;
}
