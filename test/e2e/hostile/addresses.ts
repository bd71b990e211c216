import assert from 'node:assert/strict';
import type { HostileRow } from './row.js';
import type { World } from './world.js';

/** Paths that end in an id, one per service at least. */
const BY_ID: [string, (id: string) => string][] = [
  ['/products/{product_id}', (id) => `/products/${id}`],
  ['/products/{product_id}/inventory', (id) => `/products/${id}/inventory`],
  ['/orders/{order_id}', (id) => `/orders/${id}`],
  ['/users/{user_id}', (id) => `/users/${id}`],
  ['/users/{user_id}/orders', (id) => `/users/${id}/orders`],
];

const IDS: [string, string, number | number[]][] = [
  ['0', '0', 422],
  ['−1', '-1', 422],
  ['1.5', '1.5', 422],
  ['abc', 'abc', 422],
  ['2^31', '2147483648', 422],
  ['2^63', '9223372036854775808', 422],
  ['1e3', '1e3', 422],
  ['an Arabic digit', '%D9%A1', 422],
  ['SQL', "1'%20OR%20'1'='1", 422],
  ['more SQL', '1;DROP%20TABLE%20users', 422],
  ['..%2f', '..%2f..%2fetc%2fpasswd', [404, 422]],
  ['%00', '1%00', 422],
  ['a bad escape', '%zz', 400],
  ['half an escape', '1%', 400],
  ['bytes that are no UTF-8', '%ff%fe', 400],
  ['300 characters', '1'.repeat(300), 414],
  ['nobody’s', '2147483647', 404],
];

const ids: HostileRow[] = BY_ID.flatMap(([route, path]) =>
  IDS.map(([name, id, status]): HostileRow => ({
    group: 'path',
    name: `${route}: ${name}`,
    status: route === '/users/{user_id}/orders' && name === 'nobody’s' ? 404 : status,
    request: ({ bob }) => ({ method: 'GET', path: path(id), token: bob.token }),
  })),
);

const LISTS: [string, (world: World) => string][] = [
  ['/products', () => '/products'],
  ['/orders', () => '/orders'],
  ['/users', () => '/users'],
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

const elsewhere: HostileRow[] = [
  ['GET', '/products/../users', [404, 422]],
  ['GET', '//products', 404],
  ['GET', '/products//1', 404],
  ['GET', '/PRODUCTS', 404],
  ['GET', '/.env', 404],
  ['GET', '/.git/config', 404],
  ['GET', '/account/..%2f..%2f.env', 404],
  ['GET', '/docs/..%2f..%2fpackage.json', 404],
  ['GET', '/docs/%2e%2e/%2e%2e/package.json', [403, 404]],
  ['PATCH', '/products', 405],
  ['TRACE', '/products', 405],
  ['DELETE', '/users', 405],
  ['PUT', '/auth/login', 405],
].map(([method, path, status]) => ({
  group: 'path',
  name: `${String(method)} ${String(path)}`,
  status: status as number | number[],
  request: () => ({ method: String(method), path: String(path) }),
}));

export const ADDRESS_ROWS: HostileRow[] = [...ids, ...queries, ...search, ...skus, ...people, ...sizes, ...elsewhere];
