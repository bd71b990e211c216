/** What a browser may send and read across origins; infra configures API Gateway in the same way. */
export const CORS = {
  // No route takes PATCH; listing it lets a script read the 405 that says so.
  methods: ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH'],
  allowedHeaders: [
    'Authorization',
    'Cart-Token',
    'Content-Type',
    'Idempotency-Key',
    'If-Match',
    'If-None-Match',
    'Order-Token',
    'X-Request-Id',
    'traceparent',
  ],
  exposedHeaders: [
    'Allow',
    'ETag',
    'Idempotency-Replayed',
    'Link',
    'Location',
    'RateLimit-Limit',
    'RateLimit-Remaining',
    'RateLimit-Reset',
    'Retry-After',
    'WWW-Authenticate',
    'X-Cache',
    'X-Request-Id',
  ],
  /** Seconds that a browser may cache it. */
  maxAge: 600,
};

const ANY_PORT = ':*';

/**
 * Decides which browser origins may call the API, and sets the headers. Own code instead of Fastify's plugin, because a
 * browser must also be able to read refusals from before any hook of a plugin runs: by the router, Node's parser, or
 * the gateway.
 */
export class Cors {
  private readonly origins: ReadonlySet<string>;

  /** Comma-separated origins; `:*` at the end allows every port. Empty allows none. */
  constructor(origins: string) {
    this.origins = new Set(
      origins
        .split(',')
        .map((origin) => origin.trim())
        .filter(Boolean),
    );
  }

  /** Headers for every response to a request with this `Origin`; none if the origin may not call. */
  headers(origin: string | undefined): Record<string, string> {
    if (this.origins.size === 0) return {};
    if (origin === undefined || !this.allows(origin)) return { vary: 'Origin' };
    return {
      vary: 'Origin',
      'access-control-allow-origin': origin,
      // The API sets no cookie: this is only for clients that always use `credentials: 'include'`.
      'access-control-allow-credentials': 'true',
      'access-control-expose-headers': CORS.exposedHeaders.join(', '),
    };
  }

  /** Further headers of a preflight response; undefined if it is not a preflight or its origin may not call. */
  preflight(method: string, headers: Readonly<Record<string, unknown>>): Record<string, string> | undefined {
    const { origin, 'access-control-request-method': asked } = headers;
    if (method !== 'OPTIONS' || asked === undefined || typeof origin !== 'string' || !this.allows(origin)) {
      return undefined;
    }
    return {
      'access-control-allow-methods': CORS.methods.join(', '),
      'access-control-allow-headers': CORS.allowedHeaders.join(', '),
      'access-control-max-age': String(CORS.maxAge),
    };
  }

  private allows(origin: string): boolean {
    if (this.origins.has(origin)) return !origin.endsWith(ANY_PORT);
    return this.origins.has(origin.replace(/:\d{1,5}$/, '') + ANY_PORT);
  }
}
