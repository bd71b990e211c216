import assert from 'node:assert/strict';
import type { HostileRow } from './row.js';
import type { World } from './world.js';

const LISTS: [string, (world: World) => string][] = [
  ['/products', () => '/products'],
  ['/orders', () => '/orders'],
  ['/users', () => '/users'],
  ['/product-groups', () => '/product-groups'],
  ['/shipping-methods', () => '/shipping-methods'],
  ['/tax-rates', () => '/tax-rates'],
  ['/users/{user_id}/orders', ({ ann }) => `/users/${ann.id}/orders`],
  ['/products/{product_id}/inventory/movements', ({ product }) => `/products/${product}/inventory/movements`],
];

const forged = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

const QUERIES: string[] = [
  'page=0',
  'page=-1',
  'page=1.5',
  'page=abc',
  'page=1e3',
  'page=101&page_size=100',
  'page_size=0',
  'page_size=101',
  'page_size=1e9',
  'page_size=1000000000',
  'page=1&page=2',
  'page[]=1',
  'page[gt]=1',
  'unknown=1',
  '__proto__=1',
  '__proto__[polluted]=1',
  'constructor=1',
  'with_total=maybe',
  'cursor=forged',
  `cursor=${forged(['-created_at', { $gt: '' }, 1])}`,
  `cursor=${forged(['password_hash', 'a', 1])}`,
  `cursor=${forged(["created_at') OR 1=1 --", 1, 1])}`,
  'cursor=',
  'sort=password_hash',
  'sort=created_at,user_id',
  'sort=created_at;DROP TABLE users',
  'sort=__proto__',
];

const queries: HostileRow[] = LISTS.flatMap(([route, path]) =>
  QUERIES.map((query): HostileRow => ({
    group: 'query',
    name: `${route}?${query.slice(0, 60)}`,
    status: 422,
    request: (world) => ({ method: 'GET', path: `${path(world)}?${encodeURI(query)}`, token: world.admin }),
  })),
);

const search: HostileRow[] = ["' OR 1=1 --", '%', '_', '"', '*', 'a" OR "b', 'NEAR(a b)', '+-<>()~*"@', '\\'].map(
  (q) => ({
    group: 'query',
    name: `a search for ${q} finds nothing it should not`,
    status: 200,
    request: () => ({ method: 'GET', path: `/products?q=zqxw-absent${encodeURIComponent(q)}` }),
    check: ({ body }) => assert.deepEqual(body.products, []),
  }),
);

/** Routes without a query, and one that changes something. */
const BARE: [string, string, (world: World) => string][] = [
  ['GET', '/products/{product_id}', ({ product }) => `/products/${product}`],
  ['GET', '/products/{product_id}/inventory', ({ product }) => `/products/${product}/inventory`],
  ['GET', '/categories', () => '/categories'],
  ['GET', '/orders/{order_id}', ({ annsOrder }) => `/orders/${annsOrder}`],
  ['GET', '/users/{user_id}', ({ ann }) => `/users/${ann.id}`],
  ['GET', '/.well-known/jwks.json', () => '/.well-known/jwks.json'],
  ['DELETE', '/users/{user_id}', ({ bob }) => `/users/${bob.id}`],
];

const bare: HostileRow[] = BARE.flatMap(([method, route, path]) =>
  ['unknown=1', 'role=admin', '__proto__=1'].map((query): HostileRow => ({
    group: 'query',
    name: `${method} ${route}?${query} takes no query`,
    status: 422,
    code: 'validation-failed',
    request: (world) => ({ method, path: `${path(world)}?${query}`, token: world.admin }),
  })),
);

/** A page of another origin may send a request, but the browser must not let it read the response. */
const STRANGERS = [
  'https://evil.example',
  'null',
  'http://localhost.evil.example:3000',
  'http://localhost:3000.evil.example',
];
const origins: HostileRow[] = [...STRANGERS, 'http://evil-localhost:3000', 'http://localhost:*'].map((origin) => ({
  group: 'query',
  name: `a page of ${origin} may read nothing`,
  status: 200,
  request: ({ ann }) => ({ method: 'GET', path: `/users/${ann.id}`, token: ann.token, headers: { origin } }),
  check: ({ headers }) => assert.equal(headers['access-control-allow-origin'], undefined),
}));

const skus: HostileRow[] = ['\u00a0', 'é', "' OR 1=1 --", 'a b', '%'].map((sku) => ({
  group: 'query',
  name: `a sku such as ${JSON.stringify(sku)}`,
  status: 422,
  request: () => ({ method: 'GET', path: `/products?sku=${encodeURIComponent(sku)}` }),
}));

const people: HostileRow[] = ["' OR '1'='1", '%', '_', '\\%'].map((q) => ({
  group: 'query',
  name: `a search for people named ${q} takes it literally`,
  status: 200,
  request: ({ admin }) => ({ method: 'GET', path: `/users?q=${encodeURIComponent(`zqxw${q}`)}`, token: admin }),
  check: ({ body }) => assert.deepEqual(body.users, []),
}));

const sizes: HostileRow[] = ['/products', '/users/1', '/orders'].flatMap((path) => [
  {
    group: 'query',
    name: `${path}: an address of 20 kB`,
    status: [414, 431],
    request: ({ admin }: World) => ({ method: 'GET', path: `${path}?q=${'a'.repeat(20_000)}`, token: admin }),
  },
  {
    group: 'query',
    name: `${path}: an address of 9 kB`,
    status: 414,
    request: ({ admin }: World) => ({ method: 'GET', path: `${path}?q=${'a'.repeat(9_000)}`, token: admin }),
  },
  {
    group: 'query',
    name: `${path}: a header of 20 kB`,
    status: 431,
    request: ({ admin }: World) => ({ method: 'GET', path, token: admin, headers: { 'x-filler': 'a'.repeat(20_000) } }),
  },
  {
    group: 'query',
    name: `${path}: a bad escape in the query`,
    status: 400,
    request: ({ admin }: World) => ({ method: 'GET', path: `${path}?q=%zz`, token: admin }),
  },
]);

export const QUERY_ROWS: HostileRow[] = [...queries, ...search, ...bare, ...origins, ...skus, ...people, ...sizes];
