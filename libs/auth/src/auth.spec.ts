import { createHmac } from 'node:crypto';
import { Controller, Get } from '@nestjs/common';
import { type CryptoKey, exportJWK, exportSPKI, generateKeyPair, importJWK, type JSONWebKeySet, SignJWT } from 'jose';
import { CachedKeySource, TokenVerifier } from './index.js';
import { type EdgeApp, startEdgeApp, TOKEN_RULES } from '../../../test/support/http-edge-app.js';

const now = (): number => Math.floor(Date.now() / 1000);
const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('access tokens', () => {
  let edge: EdgeApp;
  beforeAll(async () => {
    edge = await startEdgeApp();
  });
  afterAll(() => edge.close());

  const call = (authorization?: string, url = '/me') =>
    edge.app.inject({ url, headers: authorization === undefined ? {} : { authorization } });

  it('admit their user', async () => {
    const response = await call(`Bearer ${await edge.sign()}`);
    expect([response.statusCode, response.json()]).toEqual([200, { user_id: 5, role: 'customer' }]);
    expect(edge.lines.at(-1)).toMatchObject({ user: expect.stringMatching(/^[0-9a-f]{16}$/) });
    expect(response.headers['cache-control']).toBe('no-store');
  });

  const forged: [string, () => Promise<string> | string][] = [
    ['alg none', () => `${encode({ alg: 'none', typ: 'at+jwt', kid: 'k1' })}.${encode(claims())}.`],
    ['HS256 with the public key', () => hmacWithPublicKey()],
    ['expired', () => edge.sign({ iat: now() - 2_000, exp: now() - 1_000 })],
    ['a future nbf', () => edge.sign({ nbf: now() + 1_000 })],
    ['another issuer', () => edge.sign({ iss: 'other' })],
    ['another audience', () => edge.sign({ aud: 'other' })],
    ['another type', () => edge.sign({}, { typ: 'JWT' })],
    ['no type', () => edge.sign({}, { typ: undefined })],
    ['an unknown kid', () => edge.sign({}, { kid: 'k2' })],
    ['a kid that is a path', () => edge.sign({}, { kid: '../../etc/passwd' })],
    ['no kid', () => edge.sign({}, { kid: undefined })],
    ['an embedded key', () => signedWithEmbeddedKey()],
    ['no known role', () => edge.sign({ role: 'root' })],
    ['a subject that is no id', () => edge.sign({ sub: '5 or 1' })],
    ['an edited payload', async () => edited(await edge.sign())],
    ['10 kB', () => edge.sign({ filler: 'x'.repeat(10_000) })],
    ['garbage', () => 'abc.def.ghi'],
  ];

  it.each(forged)('are rejected: %s', async (_, token) => {
    const response = await call(`Bearer ${await token()}`);
    expect(response.statusCode).toBe(401);
    expect(response.json()).toMatchObject({ code: 'unauthenticated' });
    expect(response.headers['www-authenticate']).toBe('Bearer');
  });

  it.each([[undefined], ['Basic dXNlcjpwYXNz'], ['Bearer'], ['Bearer a b']])(
    'are required: %p',
    async (authorization) => {
      expect((await call(authorization)).statusCode).toBe(401);
    },
  );

  it('are not taken from the query', async () => {
    expect((await call(undefined, `/me?access_token=${await edge.sign()}`)).statusCode).toBe(401);
  });

  it('give no access above their role', async () => {
    expect((await call(`Bearer ${await edge.sign()}`, '/me/staff')).json()).toMatchObject({ code: 'forbidden' });
    expect((await call(`Bearer ${await edge.sign({ role: 'admin' })}`, '/me/staff')).statusCode).toBe(200);
  });

  it('identify the caller of a public route; an invalid one does not block the call', async () => {
    expect((await call(`Bearer ${await edge.sign()}`, '/me/open')).json()).toEqual({ user_id: 5 });
    expect((await call('Bearer broken', '/me/open')).json()).toEqual({ user_id: null });
  });

  it('are no longer accepted once the sessions of their user have ended', async () => {
    edge.endedAt.set(9, now() - 10);
    expect((await call(`Bearer ${await edge.sign({ sub: '9', iat: now() - 60 })}`)).statusCode).toBe(401);
    const token = await edge.sign({ sub: '9', iat: now() });
    expect((await call(`Bearer ${token}`)).statusCode).toBe(200);
    edge.endedAt.set(9, now() + 1);
    expect((await call(`Bearer ${token}`)).statusCode).toBe(401);
  });

  function claims(): object {
    return {
      sub: '5',
      role: 'admin',
      iss: TOKEN_RULES.issuer,
      aud: TOKEN_RULES.audience,
      iat: now(),
      exp: now() + 900,
    };
  }

  async function hmacWithPublicKey(): Promise<string> {
    const key = await importJWK(edge.jwks.keys[0] ?? {}, 'ES256', { extractable: true });
    const secret = await exportSPKI(key as CryptoKey);
    const text = `${encode({ alg: 'HS256', typ: 'at+jwt', kid: 'k1' })}.${encode(claims())}`;
    return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
  }

  async function signedWithEmbeddedKey(): Promise<string> {
    const { publicKey, privateKey } = await generateKeyPair('ES256');
    const jwk = await exportJWK(publicKey);
    return new SignJWT({ ...claims() })
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'k1', jwk })
      .sign(privateKey);
  }

  function edited(token: string): string {
    const [header, , signature] = token.split('.');
    return `${header}.${encode(claims())}.${signature}`;
  }
});

/** A verifier, with tokens that it accepts or, with `forge`, refuses. `keys` is called once per checked signature. */
async function verifierWithTokens() {
  const [ours, theirs] = [await generateKeyPair('ES256'), await generateKeyPair('ES256')];
  const set: JSONWebKeySet = { keys: [{ ...(await exportJWK(ours.publicKey)), kid: 'k1', alg: 'ES256' }] };
  const keys = jest.fn(() => Promise.resolve(set));
  const source = { keys, refresh: () => Promise.resolve(set) };
  const signer = (key: CryptoKey) => (user: number, expiresAt: number | string) =>
    new SignJWT({ role: 'customer', sub: String(user) })
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'k1' })
      .setIssuer(TOKEN_RULES.issuer)
      .setAudience(TOKEN_RULES.audience)
      .setIssuedAt()
      .setExpirationTime(expiresAt)
      .sign(key);
  const verifier = new TokenVerifier(TOKEN_RULES, source, { notBefore: () => Promise.resolve(undefined) });
  return { verifier, keys, sign: signer(ours.privateKey), forge: signer(theirs.privateKey) };
}

describe('verified tokens', () => {
  afterEach(() => jest.restoreAllMocks());

  it('are cached for a minute, and never beyond their expiry', async () => {
    const { verifier, keys, sign } = await verifierWithTokens();
    const [began, soon] = [Date.now(), now() + 30];
    const clock = jest.spyOn(Date, 'now');
    for (const [token, last] of [
      [await sign(1, '15m'), began + 60_000],
      [await sign(2, soon), soon * 1_000],
    ] as const) {
      keys.mockClear();
      clock.mockReturnValue(began);
      await verifier.verify(token);
      clock.mockReturnValue(last - 1);
      await verifier.verify(token);
      expect(keys).toHaveBeenCalledTimes(1);
      clock.mockReturnValue(last);
      await verifier.verify(token);
      expect(keys).toHaveBeenCalledTimes(2);
    }
  });

  it('are evicted to make room for new ones', async () => {
    const { verifier, keys, sign } = await verifierWithTokens();
    const tokens = await Promise.all(Array.from({ length: 2_001 }, (_, user) => sign(user + 1, '15m')));
    for (const token of tokens) await verifier.verify(token);
    await verifier.verify(tokens.at(-1) ?? '');
    expect(keys).toHaveBeenCalledTimes(2_001);
    await verifier.verify(tokens[0] ?? '');
    expect(keys).toHaveBeenCalledTimes(2_002);
  });
});

describe('refused tokens', () => {
  afterEach(() => jest.restoreAllMocks());

  const refuse = async (verifier: TokenVerifier, token: string) =>
    expect(verifier.verify(token)).rejects.toMatchObject({ code: 'unauthenticated' });

  it('are verified once in ten seconds and rejected each time', async () => {
    const { verifier, keys, forge } = await verifierWithTokens();
    const token = await forge(1, '15m');
    const began = performance.now();
    const clock = jest.spyOn(performance, 'now').mockReturnValue(began);
    for (let n = 0; n < 5; n++) await refuse(verifier, token);
    clock.mockReturnValue(began + 9_999);
    await refuse(verifier, token);
    expect(keys).toHaveBeenCalledTimes(1);
    clock.mockReturnValue(began + 10_001);
    await refuse(verifier, token);
    expect(keys).toHaveBeenCalledTimes(2);
  });

  it('are evicted to make room for new ones', async () => {
    const { verifier, keys, forge } = await verifierWithTokens();
    const tokens = await Promise.all(Array.from({ length: 1_001 }, (_, user) => forge(user + 1, '15m')));
    for (const token of tokens) await refuse(verifier, token);
    await refuse(verifier, tokens.at(-1) ?? '');
    expect(keys).toHaveBeenCalledTimes(1_001);
    await refuse(verifier, tokens[0] ?? '');
    expect(keys).toHaveBeenCalledTimes(1_002);
  });

  it('are not verified on a public route whose response is the same for everybody', async () => {
    const edge = await startEdgeApp();
    const verify = jest.spyOn(edge.app.get(TokenVerifier), 'verify');
    const headers = { authorization: 'Bearer broken' };
    expect((await edge.app.inject({ url: '/things/7', headers })).statusCode).toBe(200);
    expect(verify).not.toHaveBeenCalled();
    expect((await edge.app.inject({ url: '/me/open', headers })).statusCode).toBe(200);
    expect(verify).toHaveBeenCalledTimes(1);
    await edge.close();
  });
});

describe('routes', () => {
  it('stop the start when they declare neither public access nor a role', async () => {
    @Controller('forgotten')
    class ForgottenController {
      @Get()
      open(): string {
        return 'open';
      }
    }
    await expect(startEdgeApp({ controllers: [ForgottenController] })).rejects.toThrow(
      'These routes need @Public() or @Roles(): ForgottenController.open.',
    );
  });
});

describe('cached keys', () => {
  const first: JSONWebKeySet = { keys: [{ kty: 'EC', kid: 'k1' }] };

  function source(): {
    keys: CachedKeySource;
    asked: () => number;
    pass: (ms: number) => void;
    fail: (error: Error | null) => void;
  } {
    let [asked, time, failure] = [0, 0, null as Error | null];
    const ask = (): Promise<JSONWebKeySet> => {
      asked++;
      return failure ? Promise.reject(failure) : Promise.resolve(first);
    };
    return {
      keys: new CachedKeySource(ask, () => time),
      asked: () => asked,
      pass: (ms) => (time += ms),
      fail: (error) => (failure = error),
    };
  }

  it('are fetched once in five minutes, and once for concurrent callers', async () => {
    const { keys, asked, pass } = source();
    await Promise.all([keys.keys(), keys.keys(), keys.keys()]);
    pass(299_999);
    await keys.keys();
    expect(asked()).toBe(1);
    pass(1);
    await keys.keys();
    expect(asked()).toBe(2);
  });

  it('are fetched again for an unknown kid, at most once in 30 s', async () => {
    const { keys, asked, pass } = source();
    await keys.keys();
    await keys.refresh();
    expect(asked()).toBe(1);
    pass(30_000);
    await keys.refresh();
    await keys.refresh();
    expect(asked()).toBe(2);
  });

  it('stay in use while their source is down, which is not flooded with requests', async () => {
    const { keys, asked, pass, fail } = source();
    await keys.keys();
    fail(new Error('away'));
    pass(300_000);
    await expect(keys.keys()).resolves.toBe(first);
    await keys.keys();
    expect(asked()).toBe(2);
    pass(1_000);
    fail(null);
    await keys.keys();
    expect(asked()).toBe(3);
  });

  it('do not call a kid unknown while their source is down, and ask within a second once it is back', async () => {
    const { keys, asked, pass, fail } = source();
    await keys.keys();
    fail(new Error('away'));
    pass(30_000);
    await expect(keys.refresh()).rejects.toThrow('away');
    await expect(keys.refresh()).rejects.toThrow('away');
    expect(asked()).toBe(2);
    fail(null);
    pass(1_000);
    await expect(keys.refresh()).resolves.toBe(first);
  });

  it("reject with the source's error when none were ever fetched", async () => {
    const { keys, fail } = source();
    fail(new Error('away'));
    await expect(keys.keys()).rejects.toThrow('away');
  });
});
