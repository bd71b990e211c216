import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { newSigningKey } from '../../../../test/support/signing-key.js';
import { rotateKeys } from './key-rotation.js';
import { SigningKeys } from './signing-keys.js';

const set = (...keys: object[]) => JSON.stringify({ keys });
const NOW = new Date('2026-11-22T12:00:00Z');

describe('SigningKeys', () => {
  let text: string;
  let now: Date;
  const open = (jwks: string) => {
    text = jwks;
    return SigningKeys.open({ read: () => Promise.resolve(text), maxAgeMs: 0 }, { now: () => now });
  };
  const kidOf = async (keys: SigningKeys) => decodeProtectedHeader(await keys.sign({ sub: '1' })).kid;
  const published = async (keys: SigningKeys) => (await keys.keys()).keys.map(({ kid }) => kid);
  const later = (minutes: number) => (now = new Date(now.getTime() + minutes * 60_000));
  beforeEach(() => (now = NOW));

  it('signs with the first of equally old keys and publishes only the public parts of all', async () => {
    const keys = await open(set(newSigningKey('new'), newSigningKey('old')));
    expect(await published(keys)).toEqual(['new', 'old']);
    expect(JSON.stringify(await keys.keys())).not.toContain('"d"');
    const token = await keys.sign({ sub: '1' });
    const { protectedHeader } = await jwtVerify(token, createLocalJWKSet(await keys.keys()));
    expect(protectedHeader).toEqual({ alg: 'ES256', typ: 'at+jwt', kid: 'new' });
  });

  it('publishes a rotated key at once, signs with it later, and verifies with the former one until the next rotation', async () => {
    const keys = await open(set(newSigningKey('former')));
    const token = await keys.sign({ sub: '1' });
    const rotation = await rotateKeys(text, now);
    text = rotation.text;
    expect(await published(keys)).toEqual(['former', rotation.kid]);
    expect(await kidOf(keys)).toBe('former');
    later(2);
    expect(await kidOf(keys)).toBe(rotation.kid);
    await expect(jwtVerify(token, createLocalJWKSet(await keys.keys()))).resolves.toBeDefined();
    later(20);
    const next = await rotateKeys(text, now);
    expect(next.dropped).toEqual(['former']);
    text = next.text;
    expect(await published(keys)).toEqual([rotation.kid, next.kid]);
  });

  it('refuses a rotation before the last one has ended, so at most two keys are live', async () => {
    const { text: rotated } = await rotateKeys(set(newSigningKey('former')), now);
    await expect(rotateKeys(rotated, now)).rejects.toThrow(/waits until it may sign/);
    later(10);
    await expect(rotateKeys(rotated, now)).rejects.toThrow(/former key are still good/);
  });

  it('keeps the known keys while the key set cannot be read', async () => {
    const keys = await open(set(newSigningKey('k')));
    const known = await keys.keys();
    text = 'half written';
    expect(await keys.keys()).toBe(known);
    expect(await kidOf(keys)).toBe('k');
  });

  it('publishes a public set but cannot sign with it; a process that issues tokens checks that at the start', async () => {
    const signer = await open(set(newSigningKey('k')));
    expect(() => signer.assertSigns()).not.toThrow();
    const { published: given } = await rotateKeys(text, now);
    expect(given).not.toContain('"d"');
    const verifier = await open(given);
    expect(JSON.stringify(await verifier.keys())).toBe(given);
    expect(() => verifier.assertSigns()).toThrow(/^JWT_KEYS must be/);
    await expect(verifier.sign({ sub: '1' })).rejects.toThrow(/^JWT_KEYS must be/);
  });

  it.each([
    ['no JSON', 'secret'],
    ['no keys', set()],
    ['a public key among private ones', set({ ...newSigningKey('k'), d: undefined }, newSigningKey('p'))],
    ['a public key without kid', set({ ...newSigningKey('k'), d: undefined, kid: undefined })],
    ['a new stage’s empty object', '{}'],
    ['a key without kid', set({ ...newSigningKey('k'), kid: undefined })],
    ['two keys of one kid', set(newSigningKey('k'), newSigningKey('k'))],
    ['another curve', set({ ...newSigningKey('k'), crv: 'P-384' })],
    ['a broken key', set({ ...newSigningKey('k'), d: 'AAAA' })],
    ['a time that is none', set({ ...newSigningKey('k'), signs_from: 'soon' })],
  ])('refuses %s without showing it', async (_, broken) => {
    await expect(open(broken)).rejects.toThrow(/^JWT_KEYS must be a JSON Web Key Set/);
  });
});
