import assert from 'node:assert/strict';
import { cartOf, guestsCart } from './carts.js';
import { eventually, unique } from '../support/client.js';
import { sendOnWire, type WireRequest } from './wire.js';
import type { World } from './world.js';

/** A person who uses everything once, and their data that nobody else may read. */
export interface Canary {
  id: number;
  order: number;
  accessToken: string;
  /** By name: never logged, never in an error, never stored in plain text. */
  secrets: Record<string, string>;
  /** By name: never logged, never in an error, stored only in the intended tables. */
  personal: Record<string, string>;
  requestId: string;
}

const planted = new WeakMap<World, Promise<Canary>>();

export function canaryOf(world: World): Promise<Canary> {
  let canary = planted.get(world);
  if (!canary) planted.set(world, (canary = plant(world)));
  return canary;
}

async function plant(world: World): Promise<Canary> {
  const tag = unique('canary');
  const personal = {
    email: `${tag}@example.com`,
    full_name: `Canaria ${tag}`,
    phone_number: `+49${Date.now()}`,
    address: `${tag} Street 1`,
  };
  const password = `${tag} pass phrase`;
  const requestId = unique('leak-request-');
  const register: WireRequest = {
    method: 'POST',
    path: '/users',
    json: { ...personal, password },
    headers: { 'idempotency-key': unique('k-'), 'x-request-id': requestId },
  };
  const { body: user } = await world.send(register);
  await world.send(register);
  const logIn = async () =>
    (await world.send({ method: 'POST', path: '/auth/login', json: { email: personal.email, password } })).body as {
      access_token: string;
      refresh_token: string;
    };
  const [first, second] = [await logIn(), await logIn()];
  await world.send({ method: 'POST', path: '/auth/password-reset', json: { email: personal.email } });
  const mails = await eventually(
    () => world.client.mailTo(personal.email),
    ({ length }) => length >= 2,
  );
  const links = mails.map(({ text }) => /#token=([\w.%-]+)/.exec(text)?.[1] ?? '');
  assert.ok(
    links.every((token) => token.length > 20),
    'an e-mail has no token',
  );
  const items = [{ product_id: world.product, quantity: 1 }];
  const { full_name: name, address: line1, phone_number: phone } = personal;
  const address = { name, line1, city: `${tag} Town`, country: 'US', phone };
  const json = { items, shipping_address: address, billing_address: address, note: `For ${name}` };
  const order = await world.send({ method: 'POST', path: '/orders', token: first.access_token, json });
  await world.send({ method: 'POST', path: `/users/me/addresses`, token: first.access_token, json: address });
  const { cart_id, cart_token } = await guestsCart(world.client);
  await world.send({
    method: 'PUT',
    path: `/carts/${cart_id}`,
    json: { locale: 'de' },
    headers: { 'cart-token': cart_token },
  });
  const own = await cartOf(world.client, first.access_token);
  const details = { email: personal.email, shipping_address: address, billing_address: address, note: `For ${name}` };
  await world.send({ method: 'PUT', path: `/carts/${own.cart_id}`, token: first.access_token, json: details });
  const canary: Canary = {
    id: Number(user.user_id),
    order: Number(order.body.order_id),
    accessToken: first.access_token,
    personal,
    requestId,
    secrets: {
      password,
      'access token': first.access_token,
      'refresh token': second.refresh_token,
      'secret of the refresh token': second.refresh_token.split('.')[1] ?? '',
      'token of a cart': cart_token,
      'secret of the token of a cart': cart_token.slice('cart.'.length),
      'verification token': decodeURIComponent(links[0] ?? ''),
      'reset token': decodeURIComponent(links[1] ?? ''),
    },
  };
  await misplace(world, canary);
  return canary;
}

/** Sends every secret in wrong places, as people do by mistake or attackers on purpose. */
async function misplace(world: World, { id, secrets, personal, accessToken }: Canary): Promise<void> {
  const values = [...Object.values(secrets), personal['email'] ?? ''];
  for (const value of values) {
    const inPath = encodeURIComponent(value);
    // The path and field names are returned to the sender, but must not be logged.
    for (const request of [
      { method: 'GET', path: `/users/${inPath}` },
      { method: 'GET', path: `/${inPath}` },
      { method: 'GET', path: `/carts/${inPath}`, headers: { 'cart-token': value } },
      { method: 'GET', path: `/products?${inPath}=1` },
      { method: 'GET', path: `/products?q=${inPath}` },
      { method: 'POST', path: '/orders', json: { [value]: value }, token: accessToken },
    ])
      await sendOnWire(world.client.base, request);
    for (const request of [
      { method: 'GET', path: `/users/${id}?access_token=${inPath}` },
      {
        method: 'POST',
        path: '/auth/login',
        body: `{"email": "${value}", "password": "${value}`,
        headers: { 'content-type': 'application/json' },
      },
      { method: 'POST', path: '/auth/refresh', json: { refresh_token: `${value}x` } },
      { method: 'POST', path: '/auth/verify-email', json: { token: `${value}x` } },
      { method: 'POST', path: '/users', json: { email: value, password: value, full_name: value, role: value } },
      {
        method: 'PUT',
        path: `/users/${id}`,
        token: accessToken,
        json: { username: value, password: 'x', current_password: value },
      },
      { method: 'POST', path: '/orders', token: accessToken, json: { items: value, user_id: value } },
      { method: 'GET', path: '/orders', token: value.replace(/\s/g, '_') },
      {
        method: 'GET',
        path: '/products',
        headers: { cookie: value, referer: value, 'user-agent': value, traceparent: value },
      },
    ])
      await world.send(request);
  }
  await world.send({ method: 'POST', path: '/users', json: { ...personal, password: secrets['password'] } });
}
