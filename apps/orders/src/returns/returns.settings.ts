/** Until when customers may send back; a class, so that it is its own injection token. */
export abstract class ReturnsSettings {
  /** Milliseconds from delivery, or from shipment where nobody noted the delivery. */
  abstract readonly windowMs: number;
}
