/** What a browser may send and read across origins; infra tells API Gateway the same. */
export const CORS = {
  methods: ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'],
  allowedHeaders: [
    'Authorization',
    'Content-Type',
    'Idempotency-Key',
    'If-Match',
    'If-None-Match',
    'X-Request-Id',
    'traceparent',
  ],
  exposedHeaders: [
    'ETag',
    'Idempotency-Replayed',
    'Link',
    'Location',
    'RateLimit-Limit',
    'RateLimit-Remaining',
    'RateLimit-Reset',
    'Retry-After',
    'X-Cache',
    'X-Request-Id',
  ],
  /** Seconds that a browser remembers it. */
  maxAge: 600,
};
