import { ERROR_CODES, type ErrorCode, type ErrorKind } from './error-codes.js';

/** A broken rule of a request. `pointer` is a JSON Pointer into the body, `?name`, `{name}` or `header:Name`. */
export interface FieldError {
  pointer: string;
  code: string;
  message: string;
}

export interface DomainErrorOptions {
  /** Broken rules, for kind `invalid`. */
  errors?: FieldError[];
  /** Further members of the problem document, snake_case. Never secrets. */
  details?: Record<string, unknown>;
  /** Seconds after which a retry makes sense; sent as Retry-After. */
  retryAfter?: number;
  cause?: unknown;
}

/** The JSON form of a domain error between services. */
export interface ErrorPayload {
  code: ErrorCode;
  message: string;
  errors?: FieldError[];
  details?: Record<string, unknown>;
  retry_after?: number;
}

/** An expected failure with a stable code. Its message is a sentence for the API consumer. */
export class DomainError extends Error {
  readonly kind: ErrorKind;
  readonly errors: FieldError[] | undefined;
  readonly details: Record<string, unknown> | undefined;
  readonly retryAfter: number | undefined;

  constructor(
    readonly code: ErrorCode,
    message: string,
    options: DomainErrorOptions = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'DomainError';
    this.kind = ERROR_CODES[code].kind;
    this.errors = options.errors;
    this.details = options.details;
    this.retryAfter = options.retryAfter ?? (this.kind === 'unavailable' ? 1 : undefined);
  }

  toPayload(): ErrorPayload {
    return {
      code: this.code,
      message: this.message,
      ...(this.errors && { errors: this.errors }),
      ...(this.details && { details: this.details }),
      ...(this.retryAfter !== undefined && { retry_after: this.retryAfter }),
    };
  }

  /** Rebuilds an error from another service; returns undefined for anything that is not an `ErrorPayload`. */
  static fromPayload(payload: unknown): DomainError | undefined {
    if (!isErrorPayload(payload)) return undefined;
    return new DomainError(payload.code, payload.message, {
      ...(payload.errors && { errors: payload.errors }),
      ...(payload.details && { details: payload.details }),
      ...(payload.retry_after !== undefined && { retryAfter: payload.retry_after }),
    });
  }
}

/** Whether a dependency is down, and not the request or message at fault: a retry may succeed soon. */
export function isUnavailable(error: unknown): error is DomainError {
  return error instanceof DomainError && error.kind === 'unavailable';
}

export function notFound(what: string): DomainError {
  return new DomainError('not-found', `There is no such ${what}.`);
}

export function invalid(pointer: string, code: string, message: string): DomainError {
  return new DomainError('validation-failed', message, { errors: [{ pointer, code, message }] });
}

function isErrorPayload(value: unknown): value is ErrorPayload {
  if (typeof value !== 'object' || value === null) return false;
  const { code, message } = value as { code?: unknown; message?: unknown };
  return typeof code === 'string' && Object.hasOwn(ERROR_CODES, code) && typeof message === 'string';
}
