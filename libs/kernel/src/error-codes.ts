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

/**
 * The registry of every error code the platform can return. A released code never changes: clients branch on it. The
 * OpenAPI document lists this table.
 */
export const ERROR_CODES = {
  'malformed-request': { kind: 'malformed', title: 'The request cannot be parsed' },
  'validation-failed': { kind: 'invalid', title: 'The request breaks a rule' },
  'query-too-broad': { kind: 'invalid', title: 'The search would take the database too long' },
  unauthenticated: { kind: 'unauthenticated', title: 'A valid access token is needed' },
  'invalid-credentials': { kind: 'unauthenticated', title: 'The e-mail or the password is wrong' },
  'invalid-refresh-token': { kind: 'unauthenticated', title: 'The refresh token is not valid' },
  forbidden: { kind: 'forbidden', title: 'The role does not allow this' },
  'not-found': { kind: 'not_found', title: 'There is no such resource' },
  'method-not-allowed': { kind: 'method_not_allowed', title: 'The resource does not take this method' },
  'email-taken': { kind: 'conflict', title: 'The e-mail address belongs to another account' },
  'username-taken': { kind: 'conflict', title: 'The username belongs to another account' },
  'last-admin': { kind: 'conflict', title: 'The last administrator cannot be removed' },
  'wrong-password': { kind: 'invalid', title: 'The current password is wrong' },
  'token-invalid': { kind: 'invalid', title: 'The token was used, has expired or never existed' },
  'sku-taken': { kind: 'conflict', title: 'Another product has this sku' },
  'sku-immutable': { kind: 'conflict', title: 'A sku never changes' },
  'stock-reserved': { kind: 'conflict', title: 'Open orders hold stock of this product' },
  'below-reserved': { kind: 'conflict', title: 'The stock would fall below what is reserved' },
  'insufficient-stock': { kind: 'conflict', title: 'There is not enough stock' },
  'price-changed': { kind: 'conflict', title: 'A price is not the expected one' },
  'unpaid-limit': { kind: 'conflict', title: 'Unpaid orders hold too many pieces' },
  'reservation-ended': { kind: 'conflict', title: 'The reservation of this order has ended' },
  'unknown-product': { kind: 'invalid', title: 'A product does not exist or is no longer sold' },
  'unknown-user': { kind: 'invalid', title: 'The user does not exist' },
  'invalid-transition': { kind: 'conflict', title: 'The order cannot take this step' },
  'order-active': { kind: 'conflict', title: 'A paid or shipped order cannot be removed' },
  'order-not-payable': { kind: 'conflict', title: 'The order cannot be paid' },
  'payment-in-progress': { kind: 'conflict', title: 'Another payment of this order is open' },
  'payment-not-capturable': { kind: 'conflict', title: 'The payment cannot be captured' },
  'payment-not-cancellable': { kind: 'conflict', title: 'The payment cannot be cancelled' },
  'refund-exceeds-captured': { kind: 'conflict', title: 'More would be refunded than is left of the payment' },
  'payment-provider-refused': { kind: 'conflict', title: 'The payment provider has refused it' },
  'signature-invalid': { kind: 'malformed', title: 'The signature of the event is not valid' },
  'version-conflict': { kind: 'conflict', title: 'The resource changed while this request ran' },
  'address-fixed': { kind: 'conflict', title: 'The shipping address can no longer change' },
  'precondition-failed': { kind: 'precondition_failed', title: 'The resource is not the version in If-Match' },
  'precondition-required': { kind: 'precondition_required', title: 'If-Match is required' },
  'idempotency-key-reused': { kind: 'invalid', title: 'The Idempotency-Key was used for another request' },
  'idempotency-key-in-use': {
    kind: 'conflict',
    title: 'The first request with this Idempotency-Key has no answer yet',
  },
  'payload-too-large': { kind: 'too_large', title: 'The body is larger than 100 kB' },
  'uri-too-long': { kind: 'uri_too_long', title: 'The address is too long' },
  'headers-too-large': { kind: 'headers_too_large', title: 'The headers are too large' },
  'unsupported-media-type': { kind: 'unsupported_media_type', title: 'The body must be JSON' },
  'too-many-requests': { kind: 'rate_limited', title: 'Too many requests' },
  'too-many-attempts': { kind: 'rate_limited', title: 'Too many failed attempts' },
  'inventory-unavailable': { kind: 'unavailable', title: 'Stock cannot be reserved at the moment' },
  'payment-provider-unavailable': { kind: 'unavailable', title: 'The payment provider does not answer' },
  'service-unavailable': { kind: 'unavailable', title: 'The service is not available at the moment' },
  overloaded: { kind: 'unavailable', title: 'The service has more work than it can do' },
  'internal-error': { kind: 'internal', title: 'The request failed by our fault' },
} as const satisfies Record<string, { kind: ErrorKind; title: string }>;

export type ErrorCode = keyof typeof ERROR_CODES;
