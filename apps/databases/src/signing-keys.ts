import { generateKeyPairSync, type JsonWebKey, randomUUID } from 'node:crypto';

/** Private keys as a JSON Web Key Set: the first signs, all verify. */
export interface KeySet {
  keys: (JsonWebKey & { kid: string })[];
}

/** Undefined for anything else, such as what a template put there. */
export function parseKeySet(text: string): KeySet | undefined {
  try {
    const set = JSON.parse(text) as KeySet;
    return Array.isArray(set.keys) && set.keys.length > 0 ? set : undefined;
  } catch {
    return undefined;
  }
}

/** The set of a new stage: the key that signs, and the one that will after the first rotation. */
export const newKeySet = (): KeySet => ({ keys: [newKey(), newKey()] });

/**
 * The next set: the second key, which everybody has seen published for a whole period, now signs; a new one waits behind
 * it; the one that signed until now verifies what it signed, for one more period.
 */
export function rotateKeySet({ keys: [signed, waiting] }: KeySet): KeySet {
  return { keys: [waiting, newKey(), signed].filter((key) => key !== undefined) };
}

function newKey(): KeySet['keys'][number] {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { ...privateKey.export({ format: 'jwk' }), kid: randomUUID(), alg: 'ES256', use: 'sig' };
}
