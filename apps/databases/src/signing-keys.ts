import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { publicText, rotateKeys } from '../../users/src/keys/key-rotation.js';

/** Whether the text is a key set; a new stage's secret holds an empty object. */
export function isKeySet(text: string): boolean {
  const { keys } = JSON.parse(text) as { keys?: unknown };
  return Array.isArray(keys);
}

/** The private key set of a new stage. */
export function firstKeySet(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return JSON.stringify({ keys: [{ ...privateKey.export({ format: 'jwk' }), kid: randomUUID() }] });
}

/** What verifies the tokens that a set signs. */
export const publicKeySet = publicText;

/** The set with a new key behind the one that signs, as the operators' command makes it. */
export async function nextKeySet(text: string): Promise<string> {
  return (await rotateKeys(text, new Date())).text;
}
