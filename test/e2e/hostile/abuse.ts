import assert from 'node:assert/strict';
import { unique } from '../support/client.js';
import type { HostileRow } from './row.js';
import { omit, readAnswer, sendBytes, type WireAnswer } from './wire.js';
import { judge } from './judge.js';
import type { World } from './world.js';

const group = 'abuse';

/** Headers with which a client claims to be somebody else each time. */
const DISGUISES: [string, (n: number) => Record<string, string>][] = [
  ['without a disguise', () => ({})],
  ['with a new X-Forwarded-For each', (n) => ({ 'x-forwarded-for': `203.0.113.${n}` })],
  ['with a chain in X-Forwarded-For', (n) => ({ 'x-forwarded-for': `203.0.113.${n}, 127.0.0.1` })],
  ['with a new Forwarded each', (n) => ({ forwarded: `for=203.0.113.${n}` })],
  ['with a new X-Real-IP each', (n) => ({ 'x-real-ip': `203.0.113.${n}`, 'true-client-ip': `203.0.113.${n}` })],
];

const badLogin = (world: World, email: string, headers: Record<string, string> = {}): Promise<WireAnswer> =>
  world.send({ method: 'POST', path: '/auth/login', json: { email, password: 'not the pass phrase' }, headers });

const sixth: HostileRow[] = DISGUISES.flatMap(([name, headers]) =>
  ['known', 'unknown'].map((kind): HostileRow => ({
    group,
    name: `the sixth bad login of a ${kind} account is refused, ${name}`,
    story: async (world) => {
      const account =
        kind === 'known' ? await world.client.customer() : { email: `${unique('n')}@example.com`, password: 'x' };
      const statuses: number[] = [];
      for (let n = 1; n <= 5; n += 1) statuses.push((await badLogin(world, account.email, headers(n))).status);
      assert.deepEqual(statuses, [401, 401, 401, 401, 401]);
      const refused = await badLogin(world, account.email, headers(6));
      assert.deepEqual([refused.status, refused.body.code], [429, 'too-many-attempts']);
      assert.match(String(refused.headers['retry-after']), /^[1-9]\d{0,3}$/);
      // Refuses even the correct password: otherwise a response beyond the limit would reveal it.
      const { email, password } = account;
      const right = await world.send({
        method: 'POST',
        path: '/auth/login',
        json: { email, password },
        headers: headers(7),
      });
      assert.equal(right.status, 429);
    },
  })),
);

const spelled: HostileRow = {
  group,
  name: 'another spelling of an address is the same account to the counter',
  story: async (world) => {
    const { email } = await world.client.customer();
    const [local = '', domain = ''] = email.split('@');
    for (const spelling of [
      email,
      email.toUpperCase(),
      `${local}@${domain.toUpperCase()}`,
      ` ${email} `,
      `${local.toUpperCase()}@${domain}`,
    ]) {
      assert.equal((await badLogin(world, spelling)).status, 401);
    }
    assert.equal((await badLogin(world, email)).status, 429);
  },
};

const guessing: HostileRow = {
  group,
  name: '30 guesses at once are five guesses',
  story: async (world) => {
    const { email } = await world.client.customer();
    const answers = await Promise.all(Array.from({ length: 30 }, () => badLogin(world, email)));
    assert.ok(answers.filter(({ status }) => status === 401).length <= 5);
    assert.ok(answers.every(({ status }) => status === 401 || status === 429));
  },
};

const alike: HostileRow = {
  group,
  name: 'a known and an unknown e-mail get the same answer',
  story: async (world) => {
    const { email } = await world.client.customer();
    const answers = await Promise.all([badLogin(world, email), badLogin(world, `${unique('n')}@example.com`)]);
    const [known, unknown] = answers.map(withoutId);
    assert.equal(answers[0].status, 401);
    assert.deepEqual(known, unknown);
    const asked = await Promise.all(
      [email, `${unique('n')}@example.com`].map((address) =>
        world.send({ method: 'POST', path: '/auth/password-reset', json: { email: address } }),
      ),
    );
    assert.deepEqual(
      asked.map(({ status, text }) => [status, text]),
      [
        [202, ''],
        [202, ''],
      ],
    );
  },
};

const currentPassword: HostileRow = {
  group,
  name: 'the sixth wrong current password is refused like a sixth bad login',
  story: async (world) => {
    const { id, token } = await world.client.customer();
    const statuses: number[] = [];
    for (let n = 1; n <= 6; n += 1) {
      const json = { password: 'another long pass phrase', current_password: 'not the pass phrase' };
      statuses.push((await world.send({ method: 'PUT', path: `/users/${id}`, token, json })).status);
    }
    assert.deepEqual(statuses, [422, 422, 422, 422, 422, 429]);
  },
};

/** Invalid requests, or ones that two parsers would read differently. */
const BYTES: [string, string, number][] = [
  ['no HTTP', 'garbage\r\n\r\n', 400],
  ['no Host', 'GET /products HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
  ['HTTP/2 without an agreement', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400],
  ['a version that does not exist', 'GET /products HTTP/3.7\r\nHost: a\r\n\r\n', 400],
  [
    'a length and chunks',
    'POST /users HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    400,
  ],
  ['two lengths', 'POST /users HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}', 400],
  ['a negative length', 'POST /users HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n{}', 400],
  ['a header with NUL', 'GET /products HTTP/1.1\r\nHost: a\r\nX-A: b\0c\r\n\r\n', 400],
  ['a folded header', 'GET /products HTTP/1.1\r\nHost: a\r\nX-A: b\r\n c\r\n\r\n', 400],
  ['a space before the colon', 'GET /products HTTP/1.1\r\nHost : a\r\n\r\n', 400],
  [
    'a chunk of a bad size',
    'POST /users HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
    400,
  ],
  ['headers of 20 kB', `GET /products HTTP/1.1\r\nHost: a\r\nX-A: ${'a'.repeat(20_000)}\r\n\r\n`, 431],
  ['a method nobody knows', 'FOO /products HTTP/1.1\r\nHost: a\r\n\r\n', 405],
  ['a method nobody knows, of an address of nobody', 'FOO /nothing HTTP/1.1\r\nHost: a\r\n\r\n', 404],
  ['QUERY', 'QUERY /products HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', 405],
  ['CONNECT', 'CONNECT /orders HTTP/1.1\r\nHost: a\r\n\r\n', 405],
  [
    'an expectation nobody meets',
    'POST /users HTTP/1.1\r\nHost: a\r\nConnection: close\r\nExpect: magic\r\nContent-Length: 2\r\n\r\n{}',
    400,
  ],
];

const connections: HostileRow[] = BYTES.map(([name, bytes, status]) => ({
  group: 'connections',
  name,
  story: async (world) => {
    const answer = readAnswer((await sendBytes(world.client.base, bytes)).text);
    assert.equal(answer.status, status, answer.text);
    judge({ method: 'GET', path: '/' }, answer);
  },
}));

/** Sent at the start of the table and read at its end, since the server cuts them only after a while. */
export const SLOW_BYTES: Record<string, string> = {
  'headers that do not end': 'GET /products HTTP/1.1\r\nHost: a\r\nX-A: ',
  'a body that does not come':
    'POST /users HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{',
};

const slow: HostileRow[] = Object.keys(SLOW_BYTES).map((name) => ({
  group: 'connections',
  name: `${name} are cut in time`,
  story: async (world) => {
    const { text, closedAfter } = await (world.slow.get(name) ?? Promise.reject(new Error('It was never sent.')));
    assert.ok(closedAfter < 18_000, `it took ${Math.round(closedAfter)} ms`);
    const answer = readAnswer(text);
    assert.equal(answer.status, 408);
    judge({ method: 'GET', path: '/' }, answer);
  },
}));

function withoutId({ status, body, headers }: WireAnswer): unknown {
  return [
    status,
    omit(body as object, 'request_id'),
    omit(headers, 'date', 'x-request-id', 'ratelimit-remaining', 'ratelimit-reset'),
  ];
}

export const ABUSE_ROWS: HostileRow[] = [...sixth, spelled, guessing, alike, currentPassword, ...connections, ...slow];
