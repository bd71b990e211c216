import { generateKeyPairSync } from 'node:crypto';

/** A private ES256 key in the format of the users service's configuration. */
export function newSigningKey(kid: string): object {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { ...privateKey.export({ format: 'jwk' }), kid, alg: 'ES256', use: 'sig' };
}
