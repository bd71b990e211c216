import { declareErrors } from '@app/kernel';

/** Errors of requests that no route has seen, and of their heads and bodies. */
export const httpError = declareErrors({
  'malformed-request': { kind: 'malformed', title: 'The request cannot be parsed' },
  'method-not-allowed': { kind: 'method_not_allowed', title: 'The resource does not take this method' },
  'precondition-required': { kind: 'precondition_required', title: 'If-Match is required' },
  'payload-too-large': { kind: 'too_large', title: 'The body is larger than 100 kB' },
  'uri-too-long': { kind: 'uri_too_long', title: 'The address is too long' },
  'headers-too-large': { kind: 'headers_too_large', title: 'The headers are too large' },
  'unsupported-media-type': { kind: 'unsupported_media_type', title: 'The body must be JSON' },
});
