import { TokenVerifier } from '@app/auth';
import { decodeJwt } from 'jose';
import { newSigningKey } from '../../../../test/support/signing-key.js';
import { AccessTokens } from './access-tokens.js';
import { SigningKeys } from './signing-keys.js';

const identity = { issuer: 'an issuer', audience: 'an audience' };
const grant = { user_id: 7, role: 'staff' as const, not_before: 0, refresh_token: 'r' };

describe('AccessTokens', () => {
  const now = new Date();
  let keys: SigningKeys;
  let tokens: AccessTokens;

  beforeAll(async () => {
    const text = JSON.stringify({ keys: [newSigningKey('k1')] });
    keys = await SigningKeys.open({ read: () => Promise.resolve(text), maxAgeMs: 0 }, { now: () => now });
    tokens = new AccessTokens(keys, { now: () => now }, identity);
  });

  it('signs the claims that RFC 9068 requires, valid for 15 minutes', async () => {
    const seconds = Math.floor(now.getTime() / 1_000);
    expect(decodeJwt(await tokens.sign(grant))).toEqual({
      iss: 'an issuer',
      aud: 'an audience',
      sub: '7',
      client_id: 'an audience',
      jti: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      iat: seconds,
      exp: seconds + 900,
      role: 'staff',
    });
  });

  it('is accepted after sessions ended in the same second, unlike older tokens', async () => {
    const notBefore = Math.floor(now.getTime() / 1_000) + 1;
    const verifier = new TokenVerifier(identity, keys, { notBefore: () => Promise.resolve(notBefore) });
    await expect(verifier.verify(await tokens.sign(grant))).rejects.toMatchObject({ code: 'unauthenticated' });
    const later = await tokens.sign({ ...grant, not_before: notBefore });
    await expect(verifier.verify(later)).resolves.toEqual({ user_id: 7, role: 'staff' });
  });
});
