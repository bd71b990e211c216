import { Clock, DomainError } from '@app/kernel';
import Stripe from 'stripe';
import { EventVerifier } from './event-verifier.js';
import { eventInvalid, signatureInvalid } from './provider.errors.js';
import type { ProviderEvent } from './provider-payment.js';
import { toProviderEvent } from './stripe-objects.js';

const TOLERANCE_SECONDS = 300;
const MAX_NAME = 255;
/** Of the year 9999. */
const LAST_SECOND = 253_402_300_799;

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
      const event = Stripe.webhooks.constructEvent(body, signature, secret, TOLERANCE_SECONDS, undefined, now);
      if (!isEvent(event)) throw eventInvalid();
      return event;
    } catch (error) {
      if (error instanceof Stripe.errors.StripeSignatureVerificationError) return undefined;
      throw error instanceof DomainError ? error : eventInvalid();
    }
  }
}

/** As far as it is read and stored. */
function isEvent(event: unknown): boolean {
  if (typeof event !== 'object' || event === null) return false;
  const { id, type, created } = event as Record<string, unknown>;
  const isName = (value: unknown) => typeof value === 'string' && value !== '' && value.length <= MAX_NAME;
  return isName(id) && isName(type) && Number.isInteger(created) && Math.abs(Number(created)) <= LAST_SECOND;
}
