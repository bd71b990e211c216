/** What Stripe says in `error` of an answer that is not 2xx, as far as the wire says it. */
export interface ErrorBody {
  type: 'api_error' | 'card_error' | 'idempotency_error' | 'invalid_request_error';
  message: string;
  code?: string;
  decline_code?: string;
  param?: string;
  charge?: string;
  payment_intent?: object;
  payment_method?: object;
  payment_method_type?: string;
  doc_url?: string;
}

const DECLINED = 402;

/** A refusal with Stripe's status and words. */
export class StripeError extends Error {
  readonly body: ErrorBody;
  /** A declined attempt has happened: it is written down. After any other refusal all is as before. */
  readonly isFact: boolean;

  constructor(
    readonly status: number,
    body: ErrorBody,
    /** Whether the request had begun to be carried out: only then is its answer kept for its idempotency key. */
    readonly begun = true,
  ) {
    super(body.message);
    this.isFact = status === DECLINED;
    this.body = { ...body, ...(body.code !== undefined && { doc_url: docUrl(body.code) }) };
  }
}

/** A request that cannot be carried out. */
export function refused(message: string, more: Partial<ErrorBody> = {}): StripeError {
  return new StripeError(400, { type: 'invalid_request_error', message, ...more });
}

/** A parameter that is wrong in itself. */
export function wrongParameter(param: string, message: string, code?: string): StripeError {
  const body = { type: 'invalid_request_error', message, param, ...(code !== undefined && { code }) } as const;
  return new StripeError(400, body, false);
}

/** An id that nobody has: 404 in a path, 400 in a parameter. */
export function missing(what: string, id: string, param: string, status = 400): StripeError {
  const message = `No such ${what}: '${id}'`;
  return new StripeError(status, { type: 'invalid_request_error', code: 'resource_missing', message, param });
}

const docUrl = (code: string) => `https://stripe.com/docs/error-codes/${code.replaceAll('_', '-')}`;
