import {
  declareCodes,
  type ErrorCode,
  errorCode,
  type ErrorKind,
  type ErrorMeaning,
  type GeneralCode,
  isErrorCode,
} from './error-codes.js';

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
  code: string;
  message: string;
  errors?: FieldError[];
  details?: Record<string, unknown>;
  retry_after?: number;
}

/** An expected failure with a stable code. Its message is a sentence for the API consumer. */
export class DomainError extends Error {
  readonly code: string;
  readonly kind: ErrorKind;
  /** What the code means, for every error with it. */
  readonly title: string;
  readonly errors: FieldError[] | undefined;
  readonly details: Record<string, unknown> | undefined;
  readonly retryAfter: number | undefined;

  constructor(code: GeneralCode | ErrorCode, message: string, options: DomainErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.name = 'DomainError';
    ({ name: this.code, kind: this.kind, title: this.title } = typeof code === 'string' ? errorCode(code) : code);
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

  /** Rebuilds an error from another service; undefined for anything else, and for a code that this process does not know. */
  static fromPayload(payload: unknown): DomainError | undefined {
    if (!isErrorPayload(payload)) return undefined;
    return new DomainError(errorCode(payload.code), payload.message, {
      ...(payload.errors && { errors: payload.errors }),
      ...(payload.details && { details: payload.details }),
      ...(payload.retry_after !== undefined && { retryAfter: payload.retry_after }),
    });
  }
}

/**
 * Declares error codes next to where they are thrown, and returns what creates such errors, and general ones. A released
 * code never changes its meaning: clients branch on it. The OpenAPI documents list all codes.
 *
 * @throws Error if a code is declared elsewhere; a table of a manifest may be declared by both ends of a command.
 */
export function declareErrors<C extends string>(
  meanings: Readonly<Record<C, ErrorMeaning>>,
): (code: C | GeneralCode, message: string, options?: DomainErrorOptions) => DomainError {
  declareCodes(meanings);
  return (code, message, options) => new DomainError(errorCode(code), message, options);
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
  return typeof code === 'string' && isErrorCode(code) && typeof message === 'string';
}
