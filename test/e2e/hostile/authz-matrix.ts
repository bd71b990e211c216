import { unique } from '../support/client.js';
import { type FilledCart, guestsCart } from './carts.js';
import { productFields, registration } from './bodies.js';
import type { Parts } from './parts.js';
import { pairOf } from './sessions.js';
import type { WireRequest } from './wire.js';
import type { World } from './world.js';

export const CALLERS = ['anonymous', 'other', 'owner', 'staff', 'admin', 'guest', 'other guest'] as const;
export type Caller = (typeof CALLERS)[number];

export interface Person {
  id: number;
  token: string;
}

/** The objects of a request, created anew for routes that delete them. */
export interface Subject {
  world: World;
  owner: Person;
  order: number;
  /** A captured payment of another order of the owner. */
  payment: number;
  product: number;
}

export interface MatrixRow {
  /** The status per caller, in the order of `CALLERS`. */
  answers: readonly [number, number, number, number, number, number, number];
  /** Where callers who say `me` get another status than the owner. */
  me?: Partial<Record<Caller, number>>;
  /** Further parts of the request; the path's parameters are filled in. */
  request?: (
    subject: Subject,
    cart: FilledCart | undefined,
    parts: Parts | undefined,
  ) => Partial<WireRequest> | Promise<Partial<WireRequest>>;
  /** Whether every cell needs its own account, order and product. */
  fresh?: true;
}

/** A guest is a stranger wherever no cart or order of theirs is asked for. */
const USERS = (...answers: [number, number, number, number, number]): MatrixRow['answers'] => [
  ...answers,
  answers[0],
  answers[0],
];
const PUBLIC = (status: number): MatrixRow['answers'] => USERS(status, status, status, status, status);
const STAFF = (status: number): MatrixRow['answers'] => USERS(401, 403, 403, status, status);
/** Another customer's things appear not to exist: 404. */
const OWN = (status: number): MatrixRow['answers'] => USERS(401, 404, status, status, status);
/** Only one's own, whatever the role. */
const SELF = (status: number): MatrixRow['answers'] => USERS(401, 404, status, 404, 404);
/** As `OWN`, or the guest's whose token comes along. */
const ORDER = (status: number): MatrixRow['answers'] => [401, 404, status, status, status, status, 404];
/** The customer's own cart, or the guest's whose token comes along. */
const CART = (status: number, staff = 404): MatrixRow['answers'] => [401, 404, status, staff, staff, status, 404];

export const ADDRESS = { name: 'Ann', line1: '1 Main Street', city: 'Springfield', country: 'US' };

export const SHIPPING_METHOD = { name: 'Parcel', by: 'subtotal', steps: [{ from: '0', price: '4.90' }] };
export const PRODUCT_GROUP = { name: 'T-shirt', options: [{ name: 'size', values: ['S', 'M'] }] };
export const IMAGE = { content_type: 'image/png', bytes: 9, alt: '' };
export const TAX_RATE = { name: 'Sales tax', country: 'US', region: 'ZZ', rate: '0.01' };

export const CATEGORY = { name: 'Mice' };

const item = ({ product }: Subject): object => ({ product_id: product, quantity: 1 });
const line = (subject: Subject): object => ({ items: [item(subject)] });

const onePiece = (parts: Parts | undefined): object[] => [{ order_item_id: parts?.order_item_id, quantity: 1 }];

/** Who may call what. A route of the OpenAPI document without a row here fails the build. */
export const AUTHZ_MATRIX: Record<string, MatrixRow> = {
  'POST /users': { answers: PUBLIC(201), request: () => ({ json: registration() }) },
  'GET /users': { answers: STAFF(200) },
  'GET /users/{user_id}': { answers: OWN(200) },
  'PUT /users/{user_id}': {
    answers: USERS(401, 404, 200, 404, 200),
    request: () => ({ json: { full_name: unique('Name ') } }),
  },
  'DELETE /users/{user_id}': { answers: USERS(401, 404, 204, 404, 204), fresh: true },
  'GET /users/{user_id}/orders': { answers: OWN(200) },
  // Only the administrator's address is verified.
  'POST /users/{user_id}/claim-orders': { answers: SELF(403), me: { admin: 200 } },
  'GET /users/{user_id}/addresses': { answers: OWN(200) },
  'POST /users/{user_id}/addresses': {
    answers: USERS(401, 404, 201, 404, 201),
    fresh: true,
    request: () => ({ json: ADDRESS }),
  },
  'GET /users/{user_id}/addresses/{address_id}': { answers: OWN(200) },
  'PUT /users/{user_id}/addresses/{address_id}': {
    answers: USERS(401, 404, 200, 404, 200),
    request: () => ({ json: { city: unique('City ') } }),
  },
  'DELETE /users/{user_id}/addresses/{address_id}': { answers: USERS(401, 404, 204, 404, 204), fresh: true },
  'POST /auth/login': {
    answers: PUBLIC(200),
    request: async ({ world }) => {
      const { email, password } = await world.client.customer();
      return { json: { email, password } };
    },
  },
  'POST /auth/refresh': {
    answers: PUBLIC(200),
    request: async ({ world }) => ({ json: { refresh_token: (await pairOf(world)).refresh_token } }),
  },
  'POST /auth/logout': { answers: PUBLIC(204), request: () => ({ json: { refresh_token: 'unknown' } }) },
  'POST /auth/verify-email': { answers: PUBLIC(422), request: () => ({ json: { token: 'unknown' } }) },
  'POST /auth/verify-email/resend': {
    answers: PUBLIC(202),
    request: () => ({ json: { email: 'nobody@example.com' } }),
  },
  'POST /auth/password-reset': { answers: PUBLIC(202), request: () => ({ json: { email: 'nobody@example.com' } }) },
  'POST /auth/password-reset/confirm': {
    answers: PUBLIC(422),
    request: () => ({ json: { token: 'unknown', password: 'a long enough pass phrase' } }),
  },
  'GET /.well-known/jwks.json': { answers: PUBLIC(200) },
  'GET /health/live': { answers: PUBLIC(200) },
  'GET /health/ready': { answers: PUBLIC(200) },
  'POST /products': { answers: STAFF(201), request: () => ({ json: productFields() }) },
  'GET /products': { answers: PUBLIC(200) },
  'GET /products/{product_id}': { answers: PUBLIC(200) },
  'PUT /products/{product_id}': { answers: STAFF(200), request: () => ({ json: { name: unique('Name ') } }) },
  'DELETE /products/{product_id}': { answers: STAFF(204), fresh: true },
  'POST /products/{product_id}/images': { answers: STAFF(201), request: () => ({ json: IMAGE }) },
  'PUT /products/{product_id}/images/order': {
    answers: STAFF(200),
    fresh: true,
    request: () => ({ json: { image_ids: [] } }),
  },
  'GET /images/{image_id}': { answers: STAFF(200) },
  // Nothing was sent for it.
  'POST /images/{image_id}/complete': { answers: STAFF(409) },
  'DELETE /images/{image_id}': { answers: STAFF(204) },
  'GET /products/{product_id}/inventory': { answers: PUBLIC(200) },
  'PUT /products/{product_id}/inventory': { answers: STAFF(200), request: () => ({ json: { adjustment: 1 } }) },
  'GET /products/{product_id}/inventory/movements': { answers: STAFF(200) },
  'GET /categories': { answers: PUBLIC(200) },
  'POST /categories': {
    answers: STAFF(201),
    request: () => ({ json: { ...CATEGORY, slug: unique('mice-') } }),
  },
  'GET /categories/{category_id}': { answers: PUBLIC(200) },
  'PUT /categories/{category_id}': { answers: STAFF(200), request: () => ({ json: { position: 1 } }) },
  'DELETE /categories/{category_id}': { answers: STAFF(204), fresh: true },
  'POST /orders': { answers: USERS(401, 201, 201, 201, 201), request: (subject) => ({ json: line(subject) }) },
  'GET /orders': { answers: STAFF(200) },
  'GET /orders/{order_id}': { answers: ORDER(200) },
  'PUT /orders/{order_id}': { answers: ORDER(200), fresh: true, request: () => ({ json: { status: 'cancelled' } }) },
  'DELETE /orders/{order_id}': { answers: USERS(401, 403, 403, 403, 204), fresh: true },
  // Each of the users has a cart already: theirs is the answer.
  'POST /carts': { answers: [201, 200, 200, 200, 200, 201, 201] },
  'GET /carts/{cart_id}': { answers: CART(200, 200) },
  'PUT /carts/{cart_id}': { answers: CART(200), request: () => ({ json: { note: unique('Ring ') } }) },
  'PUT /carts/{cart_id}/items/{product_id}': { answers: CART(200), request: () => ({ json: { quantity: 2 } }) },
  'DELETE /carts/{cart_id}/items/{product_id}': { answers: CART(200) },
  'POST /carts/{cart_id}/merge': {
    answers: SELF(200),
    request: async ({ world }) => {
      const { cart_id, cart_token } = await guestsCart(world.client);
      return { json: { cart_id, cart_token } };
    },
  },
  'POST /carts/{cart_id}/checkout': {
    answers: CART(201),
    fresh: true,
    request: (_, cart) => ({ json: { version: cart?.version } }),
  },
  'GET /cart/{user_id}': { answers: SELF(200) },
  'POST /cart/{user_id}/items': { answers: SELF(200), request: (subject) => ({ json: item(subject) }) },
  'PUT /cart/{user_id}/items/{product_id}': { answers: SELF(200), request: () => ({ json: { quantity: 1 } }) },
  'DELETE /cart/{user_id}/items/{product_id}': { answers: SELF(200) },
  'POST /quotes': { answers: PUBLIC(200), request: (subject) => ({ json: line(subject) }) },
  'GET /product-groups': { answers: PUBLIC(200) },
  'POST /product-groups': { answers: STAFF(201), request: () => ({ json: PRODUCT_GROUP }) },
  'GET /product-groups/{group_id}': { answers: PUBLIC(200) },
  'PUT /product-groups/{group_id}': { answers: STAFF(200), request: () => ({ json: { name: unique('Name ') } }) },
  'DELETE /product-groups/{group_id}': { answers: STAFF(204) },
  'POST /product-groups/{group_id}/variants': {
    answers: STAFF(201),
    request: () => ({ json: { sku: unique('SKU-'), price: '9.00', option_values: { size: 'M' } } }),
  },
  'GET /shipping-methods': { answers: PUBLIC(200) },
  'POST /shipping-methods': {
    answers: STAFF(201),
    request: () => ({ json: { ...SHIPPING_METHOD, code: unique('parcel-') } }),
  },
  'GET /shipping-methods/{shipping_method_id}': { answers: PUBLIC(200) },
  'PUT /shipping-methods/{shipping_method_id}': { answers: STAFF(200), request: () => ({ json: { position: 1 } }) },
  'DELETE /shipping-methods/{shipping_method_id}': { answers: STAFF(204), fresh: true },
  'GET /tax-rates': { answers: STAFF(200) },
  'POST /tax-rates': { answers: STAFF(201), request: () => ({ json: TAX_RATE }) },
  'GET /tax-rates/{tax_rate_id}': { answers: STAFF(200) },
  'PUT /tax-rates/{tax_rate_id}': { answers: STAFF(200), request: () => ({ json: { includes_shipping: false } }) },
  'DELETE /tax-rates/{tax_rate_id}': { answers: STAFF(204), fresh: true },
  'POST /orders/{order_id}/payments': {
    answers: [401, 403, 403, 201, 201, 403, 403],
    fresh: true,
    request: () => ({ json: { method: 'manual' } }),
  },
  'GET /orders/{order_id}/payments': { answers: ORDER(200) },
  'POST /orders/{order_id}/shipments': { answers: STAFF(201), request: () => ({ json: {} }) },
  'GET /orders/{order_id}/shipments': { answers: ORDER(200) },
  'GET /shipments/{shipment_id}': { answers: ORDER(200) },
  'PUT /shipments/{shipment_id}': { answers: STAFF(200), request: () => ({ json: { parcels: [] } }) },
  'POST /shipments/{shipment_id}/cancel': { answers: STAFF(200) },
  'POST /orders/{order_id}/cancellations': { answers: ORDER(201), request: () => ({ json: {} }) },
  'GET /orders/{order_id}/cancellations': { answers: ORDER(200) },
  'POST /orders/{order_id}/returns': {
    answers: ORDER(201),
    request: (_subject, _cart, parts) => ({ json: { items: onePiece(parts) } }),
  },
  'GET /orders/{order_id}/returns': { answers: ORDER(200) },
  'GET /returns': { answers: STAFF(200) },
  'GET /returns/{return_id}': { answers: ORDER(200) },
  'POST /returns/{return_id}/approve': { answers: STAFF(200) },
  'POST /returns/{return_id}/reject': { answers: STAFF(200), request: () => ({ json: { reason: 'Worn' } }) },
  'POST /returns/{return_id}/cancel': { answers: ORDER(200) },
  'POST /returns/{return_id}/receive': {
    answers: STAFF(200),
    request: (_subject, _cart, parts) => ({
      json: { items: onePiece(parts).map((each) => ({ ...each, condition: 'missing' })) },
    }),
  },
  'POST /returns/{return_id}/settle': { answers: STAFF(200), request: () => ({ json: {} }) },
  'GET /payments': { answers: STAFF(200) },
  'GET /payments/{payment_id}': { answers: ORDER(200) },
  'GET /payments/{payment_id}/entries': { answers: STAFF(200) },
  'GET /payments/{payment_id}/refunds': { answers: OWN(200) },
  'POST /payments/{payment_id}/refunds': {
    answers: STAFF(201),
    request: () => ({ json: { amount: '0.01', reason: 'other' } }),
  },
  'POST /payments/{payment_id}/capture': { answers: STAFF(200), request: () => ({ json: {} }) },
  'POST /payments/{payment_id}/cancel': { answers: OWN(409), request: () => ({ json: {} }) },
  'POST /payments/{payment_id}/refresh': { answers: STAFF(200) },
  'POST /provider-events/stripe': { answers: PUBLIC(400), request: () => ({ json: {} }) },
};
