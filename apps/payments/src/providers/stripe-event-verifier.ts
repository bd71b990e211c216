import { Clock, DomainError } from '@app/kernel';
import Stripe from 'stripe';
import { EventVerifier } from './event-verifier.js';
import { signatureInvalid } from './provider.errors.js';
import type { ProviderEvent } from './provider-payment.js';
import { toProviderEvent } from './stripe-objects.js';

const TOLERANCE_SECONDS = 300;

/** https://docs.stripe.com/webhooks/signature */
export class StripeEventVerifier extends EventVerifier {
  constructor(
    /** While a secret is rotated there are two. */
    private readonly secrets: readonly string[],
    private readonly clock: Clock,
  ) {
    super();
  }

  override verify(body: Buffer, signature: string | undefined): ProviderEvent {
    for (const secret of this.secrets) {
      const event = this.verifyBy(secret, body, signature ?? '');
      if (event) return toProviderEvent(event);
    }
    throw signatureInvalid();
  }

  private verifyBy(secret: string, body: Buffer, signature: string): Stripe.Event | undefined {
    const now = this.clock.now().getTime();
    // Stripe's client accepts any time to come.
    const signedAt = Number(/(?:^|,)t=(\d{1,12})(?:,|$)/.exec(signature)?.[1]);
    if (!(signedAt * 1_000 <= now + TOLERANCE_SECONDS * 1_000)) throw signatureInvalid();
    try {
      return Stripe.webhooks.constructEvent(body, signature, secret, TOLERANCE_SECONDS, undefined, now);
    } catch (error) {
      if (error instanceof Stripe.errors.StripeSignatureVerificationError) return undefined;
      throw error instanceof DomainError ? error : signatureInvalid();
    }
  }
}
