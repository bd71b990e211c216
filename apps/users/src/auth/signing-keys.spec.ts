import { createLocalJWKSet, jwtVerify } from 'jose';
import { newSigningKey } from '../../../../test/support/signing-key.js';
import { SigningKeys } from './signing-keys.js';

const set = (...keys: object[]) => JSON.stringify({ keys });

describe('SigningKeys', () => {
  it('signs with the first key and publishes all, public parts only', async () => {
    const keys = SigningKeys.fromJwks(set(newSigningKey('new'), newSigningKey('old')));
    expect(keys.published.keys.map(({ kid }) => kid)).toEqual(['new', 'old']);
    expect(JSON.stringify(keys.published)).not.toContain('"d"');
    const token = await keys.sign({ sub: '1' });
    const { protectedHeader } = await jwtVerify(token, createLocalJWKSet(keys.published));
    expect(protectedHeader).toEqual({ alg: 'ES256', typ: 'at+jwt', kid: 'new' });
  });

  it('keeps tokens of the former key valid through a rotation', async () => {
    const [former, next] = [newSigningKey('former'), newSigningKey('next')];
    const token = await SigningKeys.fromJwks(set(former, next)).sign({ sub: '1' });
    const rotated = SigningKeys.fromJwks(set(next, former));
    await expect(jwtVerify(token, createLocalJWKSet(rotated.published))).resolves.toBeDefined();
  });

  it.each([
    ['no JSON', 'secret'],
    ['no keys', set()],
    ['a public key', set({ ...newSigningKey('k'), d: undefined })],
    ['a key without kid', set({ ...newSigningKey('k'), kid: undefined })],
    ['two keys of one kid', set(newSigningKey('k'), newSigningKey('k'))],
    ['another curve', set({ ...newSigningKey('k'), crv: 'P-384' })],
    ['a broken key', set({ ...newSigningKey('k'), d: 'AAAA' })],
  ])('refuses %s without showing it', (_, text) => {
    expect(() => SigningKeys.fromJwks(text)).toThrow(/^JWT_KEYS must be a JSON Web Key Set/);
  });
});
