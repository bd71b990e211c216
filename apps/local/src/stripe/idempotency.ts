import { canonical } from './form.js';
import type { KeptAnswer, Store } from './store.js';
import { StripeError, wrongParameter } from './stripe-error.js';

const LONGEST_KEY = 255;

/** A request under an idempotency key. */
export interface KeyedRequest {
  key: string;
  endpoint: string;
  /** The form as it came. */
  body: string;
}

/** Idempotency keys as at Stripe: an answer stays for 24 hours, and a key belongs to one request at a time. */
export class Idempotency {
  private readonly inUse = new Set<string>();

  constructor(
    private readonly store: Store,
    private readonly now: () => number,
  ) {}

  /**
   * The answer kept for this request, if there is one; otherwise the key is in use until `release`.
   *
   * @throws StripeError for a key that is in use, or was used with other parameters.
   */
  claim({ key, endpoint, body }: KeyedRequest): KeptAnswer | undefined {
    if (key.length > LONGEST_KEY)
      throw wrongParameter('idempotency_key', `Idempotency keys can be at most ${LONGEST_KEY} characters long.`);
    if (this.inUse.has(key)) throw conflict(key);
    const kept = this.store.answer(key, this.now());
    if (!kept) this.inUse.add(key);
    else if (kept.endpoint !== endpoint) throw misuse(otherEndpoint(kept.endpoint, endpoint, key));
    else if (kept.fingerprint !== canonical(body)) throw misuse(otherParameters(key));
    return kept;
  }

  release(key: string): void {
    this.inUse.delete(key);
  }

  /** To be called in the transaction of what the answer tells. */
  keep({ key, endpoint, body }: KeyedRequest, answer: { request_id: string; status: number; body: string }): void {
    this.store.keepAnswer({ ...answer, key, endpoint, fingerprint: canonical(body), at: this.now() });
  }
}

const misuse = (message: string) => new StripeError(400, { type: 'idempotency_error', message }, false);

const conflict = (key: string) => {
  const message =
    'There is currently another in-progress request using this Idempotent Key (that probably means you submitted twice, and ' +
    `the other request is still going through): ${key}. Please try again later.`;
  return new StripeError(409, { type: 'idempotency_error', code: 'idempotency_key_in_use', message }, false);
};

const otherParameters = (key: string) =>
  'Keys for idempotent requests can only be used with the same parameters they were first used with. ' + another(key);
const otherEndpoint = (first: string, now: string, key: string) =>
  `Keys for idempotent requests can only be used for the same endpoint they were first used for ('${now}' vs '${first}'). ` +
  another(key);
const another = (key: string) => `Try using a key other than '${key}' if you meant to execute a different request.`;
