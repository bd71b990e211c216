import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { exportJWK, exportSPKI, generateKeyPair, importJWK, type JWTHeaderParameters, SignJWT } from 'jose';
import { pairOf } from './sessions.js';
import type { HostileRow } from './row.js';
import { omit } from './wire.js';
import type { World } from './world.js';

/** A private route of each service; Ann's valid token gets 200 there. */
const TARGETS: [string, (world: World) => string][] = [
  ['users', ({ ann }) => `/users/${ann.id}`],
  ['orders', ({ annsOrder }) => `/orders/${annsOrder}`],
  ['products', ({ product }) => `/products/${product}/inventory/movements`],
];

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const decode = (part: string | undefined): Record<string, unknown> =>
  JSON.parse(Buffer.from(part ?? '', 'base64url').toString()) as Record<string, unknown>;
const now = (): number => Math.floor(Date.now() / 1000);

/** An administrator's token with the row's changes, signed with the platform's own key. */
async function signed(world: World, claims: object, header: Partial<JWTHeaderParameters> = {}): Promise<string> {
  const { signingKey: key } = world;
  return new SignJWT({ ...decode(world.admin.split('.')[1]), ...claims })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: key.kid, ...header })
    .sign(await importJWK(key, 'ES256'));
}

async function signedByOther(world: World, header: object): Promise<string> {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  const jwk = await exportJWK(publicKey);
  return new SignJWT(decode(world.admin.split('.')[1]))
    .setProtectedHeader({
      alg: 'ES256',
      typ: 'at+jwt',
      kid: world.signingKey.kid,
      ...('jwk' in header ? { jwk } : header),
    })
    .sign(privateKey);
}

async function hmacWithPublicKey({ admin, signingKey }: World): Promise<string> {
  const jwk = omit(signingKey, 'd');
  const secret = await exportSPKI((await importJWK(jwk, 'ES256', { extractable: true })) as never);
  const text = `${encode({ alg: 'HS256', typ: 'at+jwt', kid: signingKey.kid })}.${admin.split('.')[1]}`;
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
}

const FORGED: [string, (world: World) => string | Promise<string>][] = [
  [
    'alg none',
    ({ admin, signingKey }) => `${encode({ alg: 'none', typ: 'at+jwt', kid: signingKey.kid })}.${admin.split('.')[1]}.`,
  ],
  [
    'alg NoNe with the old signature',
    ({ admin }) => [encode({ alg: 'NoNe', typ: 'at+jwt' }), ...admin.split('.').slice(1)].join('.'),
  ],
  ['HS256 with the public key', hmacWithPublicKey],
  ['expired', (world) => signed(world, { iat: now() - 2_000, exp: now() - 60 })],
  ['without an end', (world) => signed(world, { exp: undefined })],
  ['a future nbf', (world) => signed(world, { nbf: now() + 600 })],
  ['another audience', (world) => signed(world, { aud: 'other' })],
  ['another issuer', (world) => signed(world, { iss: 'https://evil.example' })],
  ['an ID token', (world) => signed(world, {}, { typ: 'JWT' })],
  ['an unknown role', (world) => signed(world, { role: 'root' })],
  ['a list of roles', (world) => signed(world, { role: ['admin'] })],
  ['a subject that is SQL', (world) => signed(world, { sub: '1 OR 1=1' })],
  [
    'an edited payload',
    ({ ann, admin }) => [ann.token.split('.')[0], admin.split('.')[1], ann.token.split('.')[2]].join('.'),
  ],
  ['a kid that is a path', (world) => signed(world, {}, { kid: '../../../../dev/null' })],
  ['a kid that is SQL', (world) => signed(world, {}, { kid: "' UNION SELECT 'x" })],
  ['an unknown kid', (world) => signed(world, {}, { kid: 'other' })],
  ['no kid', (world) => signed(world, {}, { kid: undefined as never })],
  ['an embedded key', (world) => signedByOther(world, { jwk: true })],
  ['a key elsewhere', (world) => signedByOther(world, { jku: 'http://127.0.0.1:1/jwks.json' })],
  ['a certificate elsewhere', (world) => signedByOther(world, { x5u: 'http://127.0.0.1:1/x.pem' })],
  ['a critical extension', (world) => signed(world, {}, { crit: ['evil'], evil: 1 }).catch(() => 'a.b.c')],
  ['10 kB', (world) => signed(world, { filler: 'x'.repeat(10_000) })],
  ['garbage', () => 'abc.def.ghi'],
  ['not a token', () => '[object Object]'.replace(' ', '')],
  ['a refresh token', async (world) => (await pairOf(world)).refresh_token],
];

const forged: HostileRow[] = FORGED.flatMap(([name, token]) =>
  TARGETS.map(([service, path]): HostileRow => ({
    group: 'tokens',
    name: `${service}: ${name}`,
    status: 401,
    code: 'unauthenticated',
    request: async (world) => ({ method: 'GET', path: path(world), token: await token(world) }),
    check: ({ headers }) => assert.equal(headers['www-authenticate'], 'Bearer'),
  })),
);

const misplaced: HostileRow[] = TARGETS.flatMap(([service, path]): HostileRow[] => [
  {
    group: 'tokens',
    name: `${service}: none`,
    status: 401,
    request: (world) => ({ method: 'GET', path: path(world) }),
  },
  {
    group: 'tokens',
    name: `${service}: in the query`,
    status: 401,
    request: (world) => ({ method: 'GET', path: `${path(world)}?access_token=${world.admin}` }),
  },
  {
    group: 'tokens',
    name: `${service}: in a cookie`,
    status: 401,
    request: (world) => ({ method: 'GET', path: path(world), headers: { cookie: `access_token=${world.admin}` } }),
  },
  {
    group: 'tokens',
    name: `${service}: under another scheme`,
    status: 401,
    request: (world) => ({ method: 'GET', path: path(world), headers: { authorization: `Token ${world.admin}` } }),
  },
]);

export const TOKEN_ROWS: HostileRow[] = [...forged, ...misplaced];
