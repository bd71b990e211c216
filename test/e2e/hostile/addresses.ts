import type { HostileRow } from './row.js';

/** Paths that end in an id, at least one per service. */
const BY_ID: [string, (id: string) => string][] = [
  ['/products/{product_id}', (id) => `/products/${id}`],
  ['/products/{product_id}/inventory', (id) => `/products/${id}/inventory`],
  ['/product-groups/{group_id}', (id) => `/product-groups/${id}`],
  ['/categories/{category_id}', (id) => `/categories/${id}`],
  ['/orders/{order_id}', (id) => `/orders/${id}`],
  ['/shipping-methods/{shipping_method_id}', (id) => `/shipping-methods/${id}`],
  ['/users/{user_id}', (id) => `/users/${id}`],
  ['/users/{user_id}/orders', (id) => `/users/${id}/orders`],
];

const IDS: [string, string, number | number[]][] = [
  ['0', '0', 422],
  ['−1', '-1', 422],
  ['1.5', '1.5', 422],
  ['abc', 'abc', 422],
  ['ME', 'ME', 422],
  ['me and more', 'me%20', 422],
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

/** `me` stands only for a user id. */
const me: HostileRow[] = BY_ID.filter(([route]) => !route.includes('{user_id}')).map(([route, path]) => ({
  group: 'path',
  name: `${route}: me`,
  status: 422,
  request: ({ bob }) => ({ method: 'GET', path: path('me'), token: bob.token }),
}));

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

export const ADDRESS_ROWS: HostileRow[] = [...ids, ...me, ...elsewhere];
