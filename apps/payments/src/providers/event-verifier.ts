import type { ProviderEvent } from './provider-payment.js';

/** Recognises the provider's own events. Needs no network and no key of the provider's. */
export abstract class EventVerifier {
  /**
   * @param body the bytes as they were sent: a body that was parsed and written again has another signature.
   * @throws DomainError `signature-invalid`
   */
  abstract verify(body: Buffer, signature: string | undefined): ProviderEvent;
}
