import { setTimeout as delay } from 'node:timers/promises';
import { Call } from './call.js';
import type { Desk } from './desk.js';
import { parseForm } from './form.js';
import { type Answer, type Outcome, outcomeOf, type Request } from './http.js';
import { Idempotency, type KeyedRequest } from './idempotency.js';
import { newId } from './ids.js';
import { expand } from './reads.js';
import { routes as charges } from './resources/charges.js';
import { routes as control } from './resources/control.js';
import { routes as customers } from './resources/customers.js';
import { routes as disputes } from './resources/disputes.js';
import { routes as events } from './resources/events.js';
import { routes as paymentIntents } from './resources/payment-intents.js';
import { routes as paymentMethods } from './resources/payment-methods.js';
import { routes as refunds } from './resources/refunds.js';
import { type Match, Router } from './router.js';
import { StripeError } from './stripe-error.js';

export const ROUTES = [paymentIntents, charges, refunds, disputes, customers, paymentMethods, events, control].flat();

/** Whether a path is one of the wire itself, which faults do not touch. */
export const isControl = (path: string) => path.startsWith('/wire/');

/** Answers requests as Stripe does. */
export class Api {
  private readonly router = new Router(ROUTES);
  private readonly idempotency: Idempotency;

  constructor(
    private readonly desk: Desk,
    /** Called after each change. */
    private readonly changed: () => void,
  ) {
    this.idempotency = new Idempotency(desk.store, desk.now);
  }

  async answer(request: Request): Promise<Answer> {
    const requestId = newId('req');
    const { idempotencyKey: key } = request;
    const headers = answerHeaders(requestId, request.version, key);
    try {
      this.admit(request);
      const match = this.router.find(request.method, request.path);
      if (!match) throw unknownUrl(request);
      if (key === undefined || isControl(request.path)) {
        return { headers, ...this.perform(request, match, requestId) };
      }
      const kept = this.idempotency.claim(keyed(request, key));
      if (!kept) return { headers, ...(await this.performOnce(request, match, requestId, key)) };
      const replay = { 'idempotent-replayed': 'true', 'original-request': kept.request_id };
      return { headers: { ...headers, ...replay }, status: kept.status, body: kept.body };
    } catch (error) {
      const outcome = outcomeOf(error);
      return { headers: outcome.status === 401 ? { ...headers, ...CHALLENGE } : headers, ...outcome };
    }
  }

  /** @throws StripeError without a valid key, or while the wire is to refuse everything. */
  private admit({ path, authorization }: Request): void {
    const { faults, secret_keys } = this.desk.settings;
    if (faults.refuse_with > 0 && !isControl(path)) throw refusal(faults.refuse_with);
    const key = keyOf(authorization);
    if (key === '') throw unauthorized(NO_KEY);
    if (!secret_keys.includes(key)) throw unauthorized(`Invalid API Key provided: ${key.slice(0, 8)}****`);
  }

  /** Carries a request out while its key is in use. */
  private async performOnce(request: Request, match: Match, requestId: string, key: string): Promise<Outcome> {
    try {
      const outcome = this.perform(request, match, requestId, key);
      await delay(this.desk.settings.faults.delay_answers_ms);
      return outcome;
    } finally {
      this.idempotency.release(key);
    }
  }

  /** The answer, also a refusal, is kept in the transaction of what was done. */
  private perform(request: Request, { route, id }: Match, requestId: string, key?: string): Outcome {
    const { expand: paths, ...form } = parseForm(request.form);
    const { store } = this.desk;
    const outcome = store.transaction(() => {
      const call = new Call(this.desk, { id: requestId, idempotency_key: key ?? null }, { id, form });
      const { begun, ...done } = attemptOf(() => store.undoable(() => expand(route.handle(call), paths, store)));
      if (key !== undefined && begun) this.idempotency.keep(keyed(request, key), { ...done, request_id: requestId });
      return done;
    });
    if (route.method !== 'GET') this.changed();
    return outcome;
  }
}

function attemptOf(work: () => object): Outcome & { begun: boolean } {
  try {
    return { status: 200, body: JSON.stringify(work()), begun: true };
  } catch (error) {
    if (error instanceof StripeError) return { ...outcomeOf(error), begun: error.begun };
    throw error;
  }
}

const keyed = ({ method, path, form }: Request, key: string): KeyedRequest => ({
  key,
  endpoint: `${method} ${path}`,
  body: form,
});

const answerHeaders = (requestId: string, version: string, key: string | undefined): Record<string, string> => ({
  'request-id': requestId,
  'stripe-version': version,
  ...(key !== undefined && { 'idempotency-key': key, 'original-request': requestId }),
});

/** The key as a bearer token, or as the user of Basic. */
function keyOf(authorization: string): string {
  const [, scheme = '', value = ''] = /^(Bearer|Basic) +(\S+)$/i.exec(authorization) ?? [];
  if (scheme.toLowerCase() !== 'basic') return value;
  return Buffer.from(value, 'base64').toString().split(':')[0] ?? '';
}

const CHALLENGE = { 'www-authenticate': 'Basic realm="Stripe"' };
const NO_KEY =
  'You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. ' +
  "'Authorization: Bearer YOUR_SECRET_KEY').";

const unauthorized = (message: string) => new StripeError(401, { type: 'invalid_request_error', message }, false);

function refusal(status: number): StripeError {
  if (status !== 429) return new StripeError(status, { type: 'api_error', message: 'Something went wrong.' }, false);
  const message = 'Request rate limit exceeded.';
  return new StripeError(429, { type: 'invalid_request_error', code: 'rate_limit', message }, false);
}

function unknownUrl({ method, path }: Request): StripeError {
  const message = `Unrecognized request URL (${method}: ${path}).`;
  return new StripeError(404, { type: 'invalid_request_error', message }, false);
}
