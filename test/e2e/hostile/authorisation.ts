import assert from 'node:assert/strict';
import { unique } from '../support/client.js';
import type { HostileRow } from './row.js';
import type { WireRequest } from './wire.js';
import type { World } from './world.js';

const group = 'authorisation';

/** Bob's requests on Ann's things: for him they do not exist. */
const ANNS: [string, (world: World) => Omit<WireRequest, 'token'>][] = [
  ['reads her order', ({ annsOrder }) => ({ method: 'GET', path: `/orders/${annsOrder}` })],
  [
    'cancels her order',
    ({ annsOrder }) => ({ method: 'PUT', path: `/orders/${annsOrder}`, json: { status: 'cancelled' } }),
  ],
  [
    'redirects her order',
    ({ annsOrder }) => ({
      method: 'PUT',
      path: `/orders/${annsOrder}`,
      json: { shipping_address: { name: 'Bob', line1: '1 Side Street', city: 'Springfield', country: 'US' } },
    }),
  ],
  ['lists her orders', ({ ann }) => ({ method: 'GET', path: `/users/${ann.id}/orders` })],
  ['reads her profile', ({ ann }) => ({ method: 'GET', path: `/users/${ann.id}` })],
  ['renames her', ({ ann }) => ({ method: 'PUT', path: `/users/${ann.id}`, json: { full_name: 'Bob' } })],
  [
    'takes her e-mail address',
    ({ ann }) => ({ method: 'PUT', path: `/users/${ann.id}`, json: { email: 'bob@example.com' } }),
  ],
  [
    'sets her password, even knowing it',
    ({ ann }) => ({
      method: 'PUT',
      path: `/users/${ann.id}`,
      json: { password: 'bobs long pass phrase', current_password: ann.password },
    }),
  ],
  ['reads her addresses', ({ ann }) => ({ method: 'GET', path: `/users/${ann.id}/addresses` })],
  ['erases her', ({ ann }) => ({ method: 'DELETE', path: `/users/${ann.id}` })],
];

const others: HostileRow[] = ANNS.map(([name, request]) => ({
  group,
  name: `another customer ${name}`,
  status: 404,
  code: 'not-found',
  request: (world) => ({ ...request(world), token: world.bob.token }),
}));

/** A refusal must not reveal, by its time or content, whether a thing exists. */
const probes: HostileRow[] = (
  [
    ['GET', 'orders', {}],
    ['PUT', 'orders', { json: { status: 'paid' } }],
    ['PUT', 'orders', { json: { status: 'cancelled' }, headers: { 'if-match': '"7"' } }],
    ['GET', 'orders', { headers: { 'if-none-match': '*' } }],
    ['GET', 'users', { headers: { 'if-none-match': '*' } }],
    ['PUT', 'users', { json: { full_name: 'Bob' }, headers: { 'if-match': '"7"' } }],
    ['DELETE', 'users', { headers: { 'if-match': '"7"' } }],
    ['PUT', 'users', { json: { password: 'bobs long pass phrase' } }],
  ] as [string, 'orders' | 'users', Partial<WireRequest>][]
).map(([method, kind, more]) => ({
  group,
  name: `${method} ${kind} ${JSON.stringify(more)}: what is another's and what is nobody's look alike`,
  story: async (world) => {
    const id = kind === 'orders' ? world.annsOrder : world.ann.id;
    const answers = [];
    for (const path of [`/${kind}/${id}`, `/${kind}/2147483646`]) {
      const { status, body } = await world.send({ method, path, token: world.bob.token, ...more });
      answers.push([status, body.code, body.detail]);
    }
    assert.equal(answers[0]?.[0], 404);
    assert.deepEqual(answers[0], answers[1]);
  },
}));

export const AUTHORISATION_ROWS: HostileRow[] = [
  ...others,
  ...probes,
  {
    group,
    name: "another customer's Idempotency-Key is a key of one's own",
    story: async (world) => {
      const headers = { 'idempotency-key': unique('key-') };
      const json = { items: [{ product_id: world.product, quantity: 1 }] };
      const place = (token: string) => world.send({ method: 'POST', path: '/orders', token, json, headers });
      const [anns, bobs] = [await place(world.ann.token), await place(world.bob.token)];
      assert.deepEqual([anns.status, bobs.status], [201, 201]);
      assert.equal(bobs.body.user_id, world.bob.id);
      assert.notEqual(anns.body.order_id, bobs.body.order_id);
      assert.equal(bobs.headers['idempotency-replayed'], undefined);
    },
  },
  {
    group,
    name: "another's registration is not replayed to somebody who guesses its key",
    story: async (world) => {
      const headers = { 'idempotency-key': unique('key-') };
      const json = (email: string) => ({ email, password: 'a long enough pass phrase', full_name: 'Ann' });
      const post = (email: string) => world.send({ method: 'POST', path: '/users', json: json(email), headers });
      const [first, second] = [`${unique('i')}@example.com`, `${unique('i')}@example.com`];
      assert.equal((await post(first)).body.email, first);
      assert.equal((await post(second)).body.email, second);
    },
  },
  ...['x'.repeat(256), 'schlüssel', '\t'].map((key): HostileRow => ({
    group,
    name: `an Idempotency-Key such as ${JSON.stringify(key.slice(0, 10))}`,
    status: [400, 422],
    request: ({ ann, product }) => ({
      method: 'POST',
      path: '/orders',
      token: ann.token,
      json: { items: [{ product_id: product, quantity: 1 }] },
      headers: { 'idempotency-key': Buffer.from(key).toString('latin1') },
    }),
  })),
  {
    group,
    name: 'the last administrator stays',
    status: 409,
    code: 'last-admin',
    request: async ({ admin, client }) => {
      const { body } = await client.call('GET', '/users?role=admin', { token: admin });
      return { method: 'DELETE', path: `/users/${body.users[0].user_id}`, token: admin };
    },
  },
];
