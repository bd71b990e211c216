import { hash } from 'node:crypto';
import { addVary, codedTag, compress, negotiateCoding } from './codings.js';
import { readEntityTags } from './entity-tags.js';
import { linkHeader } from './paging.js';
import type { HttpReply, HttpRequest } from './request.js';
import { addRouteConfig } from './route-config.js';

/**
 * A prepared response: JSON bytes that are sent unparsed, such as a cached representation. The edge responds 304 when
 * the client already has `etag`. Without a token it is public: compressed, and cached by browsers and CDNs if the app
 * allows it. So it MUST NOT contain secrets.
 */
export class RawJson {
  constructor(
    readonly bytes: Buffer,
    /** A strong entity tag, including its quotes. */
    readonly etag: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {}

  /** A response without a version: its tag is a hash of its bytes. */
  static of(body: object): RawJson {
    const bytes = Buffer.from(JSON.stringify(body));
    return new RawJson(bytes, contentTag(bytes));
  }
}

/** Returns the strong entity tag of these bytes. */
export function contentTag(bytes: Buffer): string {
  return `"${hash('sha1', bytes, 'base64url')}"`;
}

/** Sets `Location` to the created resource, derived from the response body, so that a replayed response has it too. */
export function Location<T>(path: (body: T) => string): MethodDecorator {
  return addRouteConfig({ location: path });
}

/**
 * Returns the strong entity tag of a version. `extra` is a number in the response that changes without a new version:
 * `If-None-Match` compares it, `If-Match` does not.
 */
export function versionTag(version: number, extra?: number): string {
  return extra === undefined ? `"${version}"` : `"${version}-${extra}"`;
}

/** Whether an `If-None-Match` header contains this tag; weak and strong forms are equal (RFC 9110, 13.1.2). */
export function matchesTag(ifNoneMatch: string | undefined, etag: string): boolean {
  const tags = ifNoneMatch === undefined ? undefined : readEntityTags(ifNoneMatch);
  return tags === '*' || (tags ?? []).some((tag) => tag.replace(/^W\//, '') === etag);
}

/**
 * Sets the headers that follow from route and body, and returns the payload to send. `publicMaxAge`: seconds for which
 * browsers and CDNs may cache a `RawJson` that was requested without a token.
 */
export function finishAnswer(request: HttpRequest, reply: HttpReply, body: unknown, publicMaxAge = 0): unknown {
  const raw = body instanceof RawJson;
  const isPublic = isRead(request) && request.headers.authorization === undefined && !request.platform?.guest;
  const coding = raw && isPublic ? negotiateCoding(request, reply, body.bytes.length) : undefined;
  const etag = raw ? codedTag(body.etag, coding) : resourceTag(body);
  if (raw) reply.headers(body.headers).type('application/json; charset=utf-8');
  if (etag !== undefined) reply.header('etag', etag);
  if (!reply.hasHeader('cache-control'))
    reply.header('cache-control', cacheControl({ isPublic, maxAge: raw ? publicMaxAge : 0 }));
  if (isRead(request)) {
    addVary(reply, 'Authorization');
    if (etag !== undefined && reply.statusCode === 200 && matchesTag(request.headers['if-none-match'], etag)) {
      reply.code(304).removeHeader('content-encoding');
      return undefined;
    }
    const links = isListBody(body) ? linkHeader(request.url, body) : undefined;
    if (links !== undefined) reply.header('link', links);
  } else if (isObject(body) && reply.statusCode === 201) setLocation(request, reply, body);
  if (!raw) return body;
  return coding ? compress(body.bytes, coding) : body.bytes;
}

/** A caller's own data is never stored; public data is stored, and revalidated after `maxAge` seconds. */
function cacheControl({ isPublic, maxAge }: { isPublic: boolean; maxAge: number }): string {
  if (!isPublic) return 'no-store';
  return maxAge > 0 ? `public, max-age=${maxAge}` : 'no-cache';
}

function setLocation(request: HttpRequest, reply: HttpReply, body: object): void {
  const { location } = request.routeOptions.config as { location?: (body: object) => string };
  if (location) reply.header('location', location(body));
}

function isRead(request: HttpRequest): boolean {
  return request.method === 'GET' || request.method === 'HEAD';
}

function resourceTag(body: unknown): string | undefined {
  return isObject(body) && 'version' in body && typeof body.version === 'number' ? versionTag(body.version) : undefined;
}

function isListBody(body: unknown): body is Parameters<typeof linkHeader>[1] {
  return isObject(body) && 'next_cursor' in body && 'page_size' in body;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
