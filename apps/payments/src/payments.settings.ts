/** The settings of this stage; a class, so that it is its own injection token. */
export abstract class PaymentsSettings {
  /** The deployment, by which payments at a shared provider are told apart. */
  abstract readonly stage: string;
  /** When the money of an order is captured. */
  abstract readonly capture: 'automatic' | 'on_shipment';
  /** Milliseconds between two questions for the provider's events; 0 never asks. */
  abstract readonly reconciliationMs: number;
}
