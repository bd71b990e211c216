/** The kind of an error; only an edge (HTTP, messaging) turns it into a status. */
export type ErrorKind =
  | 'malformed'
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'method_not_allowed'
  | 'conflict'
  | 'precondition_failed'
  | 'precondition_required'
  | 'too_large'
  | 'uri_too_long'
  | 'headers_too_large'
  | 'unsupported_media_type'
  | 'rate_limited'
  | 'unavailable'
  | 'internal';

/** What an error code means. The title is the sentence of the documents; an error's message says more. */
export interface ErrorMeaning {
  readonly kind: ErrorKind;
  readonly title: string;
}

/** A declared error code. */
export interface ErrorCode extends ErrorMeaning {
  readonly name: string;
}

const declared = new Map<string, ErrorMeaning>();

/** @throws Error for a code that means something else already; the very same meaning may be declared again. */
export function declareCodes(meanings: Readonly<Record<string, ErrorMeaning>>): void {
  for (const [name, meaning] of Object.entries(meanings)) {
    if ((declared.get(name) ?? meaning) !== meaning) throw new Error(`The error code ${name} is declared twice.`);
    declared.set(name, meaning);
  }
}

/** @throws Error for a code that nobody has declared. */
export function errorCode(name: string): ErrorCode {
  const meaning = declared.get(name);
  if (!meaning) throw new Error(`Nobody has declared the error code ${name}.`);
  return { name, ...meaning };
}

export function isErrorCode(name: string): boolean {
  return declared.has(name);
}

/** The registry: the codes that the libs and services of this process declare, by name. */
export function errorCodes(): ErrorCode[] {
  return [...declared.keys()].sort().map(errorCode);
}

/** The codes that several libs or services use; every other is declared where it is thrown (`declareErrors`). */
const GENERAL = {
  'validation-failed': { kind: 'invalid', title: 'The request breaks a rule' },
  unauthenticated: { kind: 'unauthenticated', title: 'A valid access token is needed' },
  forbidden: { kind: 'forbidden', title: 'The role does not allow this' },
  'not-found': { kind: 'not_found', title: 'There is no such resource' },
  'version-conflict': { kind: 'conflict', title: 'The resource changed while this request ran' },
  'precondition-failed': { kind: 'precondition_failed', title: 'The resource is not the version in If-Match' },
  'idempotency-key-reused': { kind: 'invalid', title: 'The Idempotency-Key was used for another request' },
  'idempotency-key-in-use': {
    kind: 'conflict',
    title: 'The first request with this Idempotency-Key has no answer yet',
  },
  'too-many-requests': { kind: 'rate_limited', title: 'Too many requests' },
  'service-unavailable': { kind: 'unavailable', title: 'The service is not available at the moment' },
  overloaded: { kind: 'unavailable', title: 'The service has more work than it can do' },
  'internal-error': { kind: 'internal', title: 'The request failed by our fault' },
} as const satisfies Record<string, ErrorMeaning>;

declareCodes(GENERAL);

export type GeneralCode = keyof typeof GENERAL;
