import { createHmac, hash, type KeyObject } from 'node:crypto';
import { currentContext, invalid } from '@app/kernel';

/** Returns the owner of a key on a public route, whoever sends it; the body is not validated yet. */
export type ScopeOf = (body: Record<string, unknown>) => string;

/**
 * The scope of a public route that knows some callers: the key of anybody else is not used, since there is nobody whose it
 * could be.
 */
export const KNOWN_CALLERS = 'known-callers';

/** The parts of Fastify's request that identify it. */
export interface IdentifiedRequest {
  method: string;
  headers: Record<string, string | string[] | undefined>;
  routeOptions: { url?: string | undefined };
  params: unknown;
  body: unknown;
}

const PRINTABLE_ASCII = /^[\x20-\x7e]{1,255}$/;

/** Returns the request's key, if it sends one. */
export function keyOf(request: IdentifiedRequest): string | undefined {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key === 'string' && PRINTABLE_ASCII.test(key)) return key;
  throw invalid('header:Idempotency-Key', 'format', 'Idempotency-Key must be 1 to 255 printable ASCII characters.');
}

/**
 * Returns a fixed-length name for (owner, route, key); a hash, because MySQL compares text case-insensitively. Undefined
 * where nobody owns the key.
 */
export function hashOfKey(
  request: IdentifiedRequest,
  key: string,
  scope: ScopeOf | typeof KNOWN_CALLERS | undefined,
): string | undefined {
  const owner = ownerOf(request, scope);
  if (owner === undefined) return undefined;
  const parts = [owner, request.method, request.routeOptions.url, request.params, key];
  return hash('sha256', JSON.stringify(parts));
}

/** Recognises the same body without storing it: keyed, so that a short body cannot be guessed from the table. */
export function fingerprintOf(body: unknown, key: KeyObject): string {
  return createHmac('sha256', key)
    .update(JSON.stringify(sorted(body)) ?? '')
    .digest('hex');
}

function ownerOf({ body }: IdentifiedRequest, scope: ScopeOf | typeof KNOWN_CALLERS | undefined): string | undefined {
  if (typeof scope === 'function')
    return `scope:${typeof body === 'object' && body !== null ? scope(body as Record<string, unknown>) : ''}`;
  const { caller, guest } = currentContext();
  if (caller) return `user:${caller.user_id}`;
  // A wrong token shares no key with the right one.
  if (guest) return `${guest.of}:${guest.tokenHash}`;
  if (scope === KNOWN_CALLERS) return undefined;
  throw new Error('@Idempotent on a public route needs a scope.');
}

/** Sorts the members of objects, so that their order does not matter. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members.map(([name, member]) => [name, sorted(member)]));
}
