import { createHmac, hash, type KeyObject } from 'node:crypto';
import { currentContext, invalid } from '@app/kernel';

/** Returns the owner of a key on a public route, whoever sends it; the body is not validated yet. */
export type ScopeOf = (body: Record<string, unknown>) => string;

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

/** Returns a fixed-length name for (owner, route, key); a hash, because MySQL compares text case-insensitively. */
export function hashOfKey(request: IdentifiedRequest, key: string, scope: ScopeOf | undefined): string {
  const parts = [ownerOf(request, scope), request.method, request.routeOptions.url, request.params, key];
  return hash('sha256', JSON.stringify(parts));
}

/** Recognises the same body without storing it: keyed, so that a short body cannot be guessed from the table. */
export function fingerprintOf(body: unknown, key: KeyObject): string {
  return createHmac('sha256', key)
    .update(JSON.stringify(sorted(body)) ?? '')
    .digest('hex');
}

function ownerOf(request: IdentifiedRequest, scope: ScopeOf | undefined): string {
  const { body } = request;
  if (scope) return `scope:${typeof body === 'object' && body !== null ? scope(body as Record<string, unknown>) : ''}`;
  const { caller } = currentContext();
  if (!caller) throw new Error('@Idempotent on a public route needs a scope.');
  return `user:${caller.user_id}`;
}

/** Sorts the members of objects, so that their order does not matter. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members.map(([name, member]) => [name, sorted(member)]));
}
