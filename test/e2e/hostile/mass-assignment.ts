import assert from 'node:assert/strict';
import { ADDRESS, CATEGORY, IMAGE, PRODUCT_GROUP, SHIPPING_METHOD, TAX_RATE } from './authz-matrix.js';
import { productFields, registration } from './bodies.js';
import type { GuestsCart } from './carts.js';
import type { HostileRow } from './row.js';
import type { WireRequest } from './wire.js';
import type { World } from './world.js';

const group = 'mass assignment';

const line = ({ product }: World): object => ({ product_id: product, quantity: 1 });

/** Fields that a client must not set, by the route that must refuse them. */
const TARGETS: [string, string[], (world: World, extra: object) => WireRequest][] = [
  [
    'POST /orders',
    [
      'status',
      'order_total',
      'order_ref',
      'order_id',
      'customer_email',
      'currency',
      'version',
      'history',
      'created_at',
      'payment_status',
      'discount_total',
      'shipping_total',
      'tax_total',
      'tax_lines',
      'prices_include_tax',
      'shipping_method',
      'amount_paid',
      'amount_due',
    ],
    (world, extra) => post('/orders', { items: [line(world)], ...extra }, world.ann.token),
  ],
  [
    'POST /orders, in a line',
    ['price', 'line_total', 'sku', 'name', 'order_item_id', 'discount_total', 'tax_rate', 'quantity_shipped'],
    (world, extra) => post('/orders', { items: [{ ...line(world), ...extra }] }, world.ann.token),
  ],
  [
    'PUT /orders/{order_id}',
    [
      'order_total',
      'user_id',
      'customer_email',
      'items',
      'currency',
      'version',
      'hidden_at',
      'history',
      'payment_status',
      'amount_paid',
      'discount_total',
      'shipping_total',
      'tax_lines',
      'shipping_method_id',
    ],
    (world, extra) => put(`/orders/${world.annsOrder}`, extra, world.ann.token),
  ],
  [
    'POST /users',
    ['role', 'password_hash', 'email_verified', 'version', 'user_id', 'email_key', 'created_at', 'token_hash'],
    (_, extra) => post('/users', registration(extra)),
  ],
  [
    'PUT /users/{user_id}',
    ['password_hash', 'email_verified', 'pending_email', 'version', 'user_id', 'email_key', 'created_at'],
    (world, extra) => put(`/users/${world.ann.id}`, extra, world.ann.token),
  ],
  [
    'POST /products/{product_id}/images',
    ['image_id', 'status', 'upload_key', 'etag', 'rendered', 'sources', 'position', 'product_id', 'created_at'],
    (world, extra) => post(`/products/${world.product}/images`, { ...IMAGE, ...extra }, world.staff.token),
  ],
  [
    'POST /users/{user_id}/addresses',
    ['address_id', 'user_id', 'default_of', 'version', 'created_at', 'address'],
    (world, extra) => post(`/users/${world.ann.id}/addresses`, { ...ADDRESS, ...extra }, world.ann.token),
  ],
  [
    'POST /carts',
    ['cart_id', 'user_id', 'cart_token', 'status', 'items', 'version', 'expires_at'],
    (_, extra) => post('/carts', extra),
  ],
  [
    'PUT /carts/{cart_id}',
    ['cart_id', 'user_id', 'status', 'items', 'order_id', 'order_total', 'token_hash', 'expires_at', 'version'],
    ({ guest }, extra) => ofGuest(guest, '', extra),
  ],
  [
    'PUT /carts/{cart_id}/items/{product_id}',
    ['price', 'name', 'line_total', 'product_id', 'available_quantity'],
    ({ guest, product }, extra) => ofGuest(guest, `/items/${product}`, { quantity: 1, ...extra }),
  ],
  [
    'POST /cart/{user_id}/items',
    ['price', 'name', 'user_id', 'cart_id'],
    (world, extra) => post('/cart/me/items', { ...line(world), ...extra }, world.ann.token),
  ],
  [
    'POST /quotes',
    ['order_total', 'currency', 'prices_include_tax', 'tax_lines', 'user_id', 'expected_total'],
    (world, extra) => ({ method: 'POST', path: '/quotes', json: { items: [line(world)], ...extra } }),
  ],
  [
    'POST /shipping-methods',
    ['shipping_method_id', 'version', 'created_at', 'basis', 'price'],
    (world, extra) => post('/shipping-methods', { ...SHIPPING_METHOD, code: 'planted', ...extra }, world.staff.token),
  ],
  [
    'POST /tax-rates',
    ['tax_rate_id', 'version', 'created_at', 'amount'],
    (world, extra) => post('/tax-rates', { ...TAX_RATE, ...extra }, world.staff.token),
  ],
  [
    'POST /auth/login',
    ['role', 'user_id', 'scope'],
    (world, extra) => post('/auth/login', { email: world.ann.email, password: world.ann.password, ...extra }),
  ],
  [
    'POST /products',
    ['product_id', 'status', 'version', 'currency', 'reserved_quantity', 'stock_quantity', 'created_at'],
    (world, extra) => post('/products', productFields(extra), world.admin),
  ],
  [
    'POST /product-groups',
    ['group_id', 'version', 'created_at', 'variants'],
    (world, extra) => post('/product-groups', { ...PRODUCT_GROUP, ...extra }, world.staff.token),
  ],
  [
    'POST /categories',
    ['category_id', 'version', 'created_at', 'renaming', 'products'],
    (world, extra) => post('/categories', { ...CATEGORY, slug: 'planted', ...extra }, world.staff.token),
  ],
  [
    'PUT /products/{product_id}',
    ['status', 'version', 'currency', 'stock_quantity', 'product_id', 'group_id', 'option_values', 'variant_key'],
    (world, extra) => put(`/products/${world.product}`, extra, world.admin),
  ],
  [
    'PUT /products/{product_id}/inventory',
    ['reserved_quantity', 'available_quantity', 'version', 'product_id', 'inventory_id'],
    (world, extra) => put(`/products/${world.product}/inventory`, { adjustment: 1, ...extra }, world.admin),
  ],
];

const VALUES: Record<string, unknown> = { role: 'admin', status: 'paid', email_verified: true, order_total: '0.01' };

const unknownFields: HostileRow[] = TARGETS.flatMap(([target, names, request]) =>
  names.map((name): HostileRow => ({
    group,
    name: `${target}: ${name}`,
    status: 422,
    code: 'validation-failed',
    request: (world) => request(world, { [name]: VALUES[name] ?? 1 }),
    check: ({ body }) => assert.match(body.errors[0].pointer, new RegExp(`/${name}$`)),
  })),
);

export const MASS_ASSIGNMENT_ROWS: HostileRow[] = [
  ...unknownFields,
  {
    group,
    name: 'a price of 0.01 is an expectation, never a price',
    status: 409,
    code: 'price-changed',
    request: (world) => post('/orders', { items: [{ ...line(world), price_at_order: 0.01 }] }, world.ann.token),
  },
  {
    group,
    name: 'a customer orders for nobody else',
    status: 422,
    request: (world) => post('/orders', { items: [line(world)], user_id: world.bob.id }, world.ann.token),
  },
  {
    group,
    name: 'a customer makes nobody an administrator',
    status: 403,
    request: ({ ann }) => put(`/users/${ann.id}`, { role: 'admin' }, ann.token),
  },
  {
    group,
    name: 'staff make nobody an administrator, themselves included',
    status: 403,
    request: ({ staff }) => put(`/users/${staff.id}`, { role: 'admin' }, staff.token),
  },
  {
    group,
    name: 'a customer ships nothing',
    status: 403,
    request: ({ ann, annsOrder }) => put(`/orders/${annsOrder}`, { status: 'paid' }, ann.token),
  },
  {
    group,
    name: 'a sku never changes',
    status: 409,
    code: 'sku-immutable',
    request: ({ product, admin }) => put(`/products/${product}`, { sku: 'OTHER' }, admin),
  },
];

function post(path: string, json: object, token?: string): WireRequest {
  return { method: 'POST', path, json, ...(token !== undefined && { token }) };
}

function ofGuest({ cart_id, cart_token }: GuestsCart, below: string, json: object): WireRequest {
  return { method: 'PUT', path: `/carts/${cart_id}${below}`, json, headers: { 'cart-token': cart_token } };
}

function put(path: string, json: object, token: string): WireRequest {
  return { method: 'PUT', path, json, token };
}
