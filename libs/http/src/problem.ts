import { HttpException } from '@nestjs/common';
import { DomainError, type ErrorKind, type ErrorMeaning, type FieldError } from '@app/kernel';
import { httpError } from './http-errors.js';

/** An RFC 9457 problem document. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  instance: string;
  code: string;
  request_id: string;
  errors?: FieldError[];
}

/** The only mapping from kinds of errors to HTTP statuses. */
const STATUS: Record<ErrorKind, number> = {
  malformed: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  precondition_failed: 412,
  too_large: 413,
  uri_too_long: 414,
  unsupported_media_type: 415,
  invalid: 422,
  precondition_required: 428,
  rate_limited: 429,
  headers_too_large: 431,
  internal: 500,
  unavailable: 503,
};

export function statusOf({ kind }: Pick<ErrorMeaning, 'kind'>): number {
  return STATUS[kind];
}

type Known = Parameters<typeof httpError>;
const NOTHING_HERE: Known = ['not-found', 'Nothing is served at this address.'];

/** The framework's own errors, with the platform's codes and texts. */
const FRAMEWORK_ERRORS: Record<number, Known> = {
  400: ['malformed-request', 'The request cannot be parsed.'],
  401: ['unauthenticated', 'A valid access token is needed.'],
  // Guards throw their own errors: this one is for a path that leads out of a folder of files.
  403: NOTHING_HERE,
  404: NOTHING_HERE,
  405: ['method-not-allowed', 'This address does not take this method.'],
  408: ['malformed-request', 'The request did not arrive in time.'],
  413: ['payload-too-large', 'The body is larger than 100 kB.'],
  414: ['uri-too-long', 'The address, or a part of it, is too long.'],
  415: ['unsupported-media-type', 'Send the body as application/json.'],
  429: ['too-many-requests', 'Too many requests. Try again later.'],
  431: ['headers-too-large', 'The headers are larger than 16 kB.'],
  503: ['service-unavailable', 'The service is not available at the moment. Try again later.'],
};

export function frameworkError(status: number): DomainError | undefined {
  const known = FRAMEWORK_ERRORS[status];
  if (!known) return status >= 400 && status < 500 ? frameworkError(400) : undefined;
  return httpError(known[0], known[1], status === 429 ? { retryAfter: 1 } : {});
}

/** Returns the domain error for anything thrown; `internal-error` for unexpected errors. */
export function toDomainError(error: unknown): DomainError {
  if (error instanceof DomainError) return error;
  const status = error instanceof HttpException ? error.getStatus() : statusCode(error);
  return (
    (status !== undefined && frameworkError(status)) ||
    new DomainError('internal-error', 'The request failed by our fault. The request id finds it in our logs.', {
      cause: error,
    })
  );
}

/** Builds the problem document; `details` add members and never replace the standard ones. */
export function problemBody(error: DomainError, requestId: string, instance: string): Problem {
  return {
    ...error.details,
    type: `/openapi.json#/x-error-codes/${error.code}`,
    title: error.title,
    status: statusOf(error),
    detail: error.message,
    instance,
    code: error.code,
    request_id: requestId,
    ...(error.errors && { errors: error.errors }),
  };
}

/** Headers of a problem response: caching, when to retry, how to authenticate. */
export function problemHeaders(error: DomainError): Record<string, string> {
  return {
    'content-type': 'application/problem+json; charset=utf-8',
    'cache-control': 'no-store',
    ...(error.retryAfter !== undefined && { 'retry-after': String(Math.max(1, Math.ceil(error.retryAfter))) }),
    ...(error.code === 'unauthenticated' && { 'www-authenticate': 'Bearer' }),
  };
}

function statusCode(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('statusCode' in error)) return undefined;
  return typeof error.statusCode === 'number' && error.statusCode < 500 ? error.statusCode : undefined;
}
