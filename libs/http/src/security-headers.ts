/**
 * What concerns the answers of an API: nothing may be loaded, framed or embedded, guessed or fetched without TLS. The rest
 * of helmet's headers is for pages. One object for all answers, since checking each header anew costs more than a route.
 * Source: OWASP REST Security Cheat Sheet, "Security Headers".
 */
export const SECURITY_HEADERS = {
  'content-security-policy': "default-src 'none';frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};
