import assert from 'node:assert/strict';
import { type Json, readJson } from '../../support/json.js';
import { omit, type WireAnswer, type WireRequest } from './wire.js';

const SECURITY_HEADERS: Record<string, RegExp> = {
  'content-security-policy': /default-src 'none'/,
  'referrer-policy': /^no-referrer$/,
  'strict-transport-security': /^max-age=\d{8,}/,
  'x-content-type-options': /^nosniff$/,
  'x-frame-options': /^deny$/i,
};

/** As published. */
const ERROR_CODES = readJson('docs/api/openapi.json')['x-error-codes'] as Record<string, Json>;

/** Texts that would reveal internals of the platform to an attacker. */
const GIVEAWAYS = [
  /\bat .{1,200}:\d+:\d+/,
  /\.(ts|js|mjs):\d+/,
  /node_modules|node:internal/,
  /\b(select|insert|update|delete)\b.{1,200}\b(from|into|set|where|values)\b/i,
  /\bER_[A-Z_]{4,}|SQLITE_|errno|sqlState/,
  /QueryFailed|EntityNotFound|typeorm|libsql|mysql|mariadb|ioredis|fastify|nestjs/i,
];

/** Rules for every response: security headers, and a clean problem document for every refusal. */
export function judge(request: Pick<WireRequest, 'method' | 'path' | 'token' | 'headers'>, answer: WireAnswer): void {
  for (const [name, pattern] of Object.entries(SECURITY_HEADERS)) {
    assert.match(String(answer.headers[name]), pattern, `the header ${name}`);
  }
  assert.equal(answer.headers['x-powered-by'] ?? answer.headers.server, undefined, 'a header names the software');
  assert.match(String(answer.headers['x-request-id']), /^[\w.:-]{8,128}$/, 'the request id');
  // The public keys are the same for everybody.
  const isGuests = request.path.startsWith('/carts/') && request.headers?.['cart-token'] !== undefined;
  const isPrivate = isGuests || (request.token !== undefined && !request.path.startsWith('/.well-known/'));
  if (isPrivate) assert.match(cacheControl(answer), /no-store/, "a private answer's Cache-Control");
  assert.ok(answer.status < 500, `the platform failed: ${answer.status} ${answer.text}`);
  if (answer.status >= 400 && request.method !== 'HEAD') judgeProblem(answer);
}

function judgeProblem({ status, headers, text, body }: WireAnswer): void {
  assert.match(String(headers['content-type']), /^application\/problem\+json/, text);
  assert.match(String(headers['cache-control']), /no-store/);
  assert.equal(body.status, status);
  assert.ok(body.code in ERROR_CODES, `${body.code} is not in the registry`);
  assert.equal(body.type, `/openapi.json#/x-error-codes/${body.code}`);
  assert.equal(body.title, ERROR_CODES[body.code].title);
  assert.equal(body.request_id, headers['x-request-id']);
  for (const member of ['detail', 'instance']) assert.equal(typeof body[member], 'string', member);
  // The instance repeats the requested path, whatever it contains.
  const own = JSON.stringify(omit(body as object, 'instance'));
  for (const pattern of GIVEAWAYS) assert.doesNotMatch(own, pattern);
}

function cacheControl({ headers }: WireAnswer): string {
  return headers['cache-control'] ?? '';
}
