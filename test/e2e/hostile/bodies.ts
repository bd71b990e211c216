import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { unique } from '../support/client.js';
import type { HostileRow } from './row.js';
import type { WireRequest } from './wire.js';
import type { World } from './world.js';

/** One POST of each service, since limits of bodies are set per app. */
const TARGETS: [string, (world: World) => Pick<WireRequest, 'path' | 'token'>, () => Record<string, unknown>][] = [
  ['POST /users', () => ({ path: '/users' }), () => registration()],
  ['POST /products', ({ admin }) => ({ path: '/products', token: admin }), () => productFields()],
  ['POST /orders', ({ ann }) => ({ path: '/orders', token: ann.token }), () => ({ items: [] })],
];

const JSON_TYPE = { 'content-type': 'application/json' };
const big = (bytes: number): string => JSON.stringify({ full_name: 'x'.repeat(bytes) });

type Try = [
  name: string,
  status: number | number[],
  body: string | Buffer | undefined,
  headers?: Record<string, string>,
];

const UNREADABLE: Try[] = [
  ['truncated JSON', 400, '{"email": "a@exam'],
  ['an empty body', 400, ''],
  ['20,000 nested lists', 400, '['.repeat(20_000) + ']'.repeat(20_000)],
  ['19,000 nested objects', 400, `${'{"":'.repeat(19_000)}1${'}'.repeat(19_000)}`],
  ['21 nested lists', 400, `{"a":${'['.repeat(21)}${']'.repeat(21)}}`],
  ['invalid UTF-8', 400, Buffer.from([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xc3, 0x28, 0x22, 0x7d])],
  ['UTF-16', 400, Buffer.from('{"a":"b"}', 'utf16le')],
  ['single quotes', 400, "{'a': 1}"],
  ['NaN, which JSON has not', 400, '{"a": NaN}'],
  ['a comment', 400, '{"a": 1 /* one */}'],
  ['a trailing comma', 400, '{"a": 1,}'],
  ['two documents', 400, '{"a": 1}{"b": 2}'],
  ['false gzip', 400, '{"a": 1}', { 'content-encoding': 'gzip' }],
  ['truncated gzip', 400, gzipSync('{"a": "bbbbbbbbbbbbbbbbbbbb"}').subarray(0, 20), { 'content-encoding': 'gzip' }],
  ['null', [400, 422], 'null'],
  ['a list', [400, 422], '[]'],
  ['a bare string', [400, 422], '"text"'],
  ['a number', [400, 422], '1'],
  ['200 kB', 413, big(200_000)],
  ['200 kB without a length', 413, big(200_000), { 'transfer-encoding': 'chunked' }],
  ['a gzip bomb', 413, gzipSync(big(20_000_000)), { 'content-encoding': 'gzip' }],
  ['text/plain', 415, '{}', { 'content-type': 'text/plain' }],
  ['XML', 415, '<a/>', { 'content-type': 'application/xml' }],
  ['a form', 415, 'email=a', { 'content-type': 'application/x-www-form-urlencoded' }],
  ['an upload', 415, '--x--', { 'content-type': 'multipart/form-data; boundary=x' }],
  ['JSON in name only', 415, '{}', { 'content-type': 'application/jsonx' }],
  ['a content type that is none', 415, '{}', { 'content-type': ';;;' }],
  ['an unknown encoding', 415, '{}', { 'content-encoding': 'zstd' }],
  ['an encoding named like a prototype', 415, '{}', { 'content-encoding': '__proto__' }],
];

const refused: HostileRow[] = UNREADABLE.flatMap(([name, status, body, headers = {}]) =>
  TARGETS.map(([target, to]): HostileRow => ({
    group: 'body',
    name: `${target}: ${name}`,
    status,
    request: (world) => ({
      method: 'POST',
      ...to(world),
      ...(body !== undefined && { body }),
      headers: { ...JSON_TYPE, ...headers },
    }),
  })),
);

const untyped: HostileRow[] = TARGETS.map(([target, to]) => ({
  group: 'body',
  name: `${target}: no content type`,
  status: 415,
  request: (world) => ({ method: 'POST', ...to(world), body: '{}' }),
}));

/** A body that is valid except for one key; sent as text, so that `__proto__` stays an own key. */
const poisoned: HostileRow[] = ['__proto__', 'constructor', 'prototype', 'toString'].flatMap((key) =>
  TARGETS.map(([target, to, fields]): HostileRow => ({
    group: 'body',
    name: `${target}: the key ${key}`,
    status: [400, 422],
    request: (world) => ({
      method: 'POST',
      ...to(world),
      body: `{"${key}": {"polluted": true, "role": "admin"}, ${JSON.stringify(fields()).slice(1)}`,
      headers: JSON_TYPE,
    }),
    check: async (_answer, world) => {
      const { text } = await world.send({ method: 'GET', path: `/users/${world.ann.id}`, token: world.ann.token });
      assert.doesNotMatch(text, /polluted|admin/);
    },
  })),
);

export const BODY_ROWS: HostileRow[] = [
  ...refused,
  ...untyped,
  ...poisoned,
  {
    group: 'body',
    name: 'a nested __proto__',
    status: [400, 422],
    request: ({ ann, product }) => ({
      method: 'POST',
      path: '/orders',
      token: ann.token,
      body: `{"items":[{"product_id":${product},"quantity":1,"__proto__":{"price_at_order":1}}]}`,
      headers: JSON_TYPE,
    }),
  },
];

export function registration(over: object = {}): Record<string, unknown> {
  return {
    email: `${unique('h')}@example.com`,
    password: 'a long enough pass phrase',
    full_name: 'Hostile Ann',
    ...over,
  };
}

export function productFields(over: object = {}): Record<string, unknown> {
  return { sku: unique('H-'), name: 'Hostile Mouse', price: '29.99', ...over };
}
