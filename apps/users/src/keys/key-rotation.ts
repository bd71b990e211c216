import { generateKeyPairSync } from 'node:crypto';
import { DomainError } from '@app/kernel';
import { calculateJwkThumbprint } from 'jose';
import { ACCESS_TOKEN_LIFETIME } from './access-tokens.js';
import { type KeyPair, parseKeySet, privateSet, publicText, signerOf } from './key-set.js';

export { publicText } from './key-set.js';

/**
 * Seconds from publishing a key to signing with it: every users instance has read it by then (60 s), and a verifier
 * that sees an unknown `kid` may fetch the keys again (30 s after its last fetch).
 */
export const SIGNS_AFTER = 120;
/** Seconds a former key is kept after its last token expired, since clocks differ. */
const MARGIN = 60;

export interface Rotation {
  /** The new private key set. */
  text: string;
  /** Its public part, for processes that only verify. Store it before `text`. */
  published: string;
  kid: string;
  signsFrom: Date;
  dropped: string[];
  /** The ids of all keys before and after the rotation. */
  kids: { before: string[]; after: string[] };
}

/**
 * Adds a new key after the signing one and drops keys whose last token has expired. No session ends: the new key is
 * known everywhere before it signs, and the old one verifies until the next rotation.
 *
 * @throws DomainError while an earlier rotation is not finished, so that at most two keys are live.
 */
export async function rotateKeys(text: string, now: Date, signsAfter = SIGNS_AFTER): Promise<Rotation> {
  const seconds = Math.floor(now.getTime() / 1_000);
  const keys = parseKeySet(text);
  const signer = signerOf(keys, seconds);
  const former = keys.filter((key) => key !== signer);
  if (former.some(({ signsFrom }) => signsFrom > seconds)) throw notYet('A new key waits until it may sign.');
  if (former.length > 0 && seconds < signer.signsFrom + ACCESS_TOKEN_LIFETIME + MARGIN) {
    throw notYet('Tokens of the former key are still good.');
  }
  const signsFrom = seconds + signsAfter;
  const added = await newKey(signsFrom);
  const kids = (set: KeyPair[]) => set.map(({ kid }) => kid);
  const next = privateSet([signer, added]);
  return {
    text: next,
    published: publicText(next),
    kid: added.kid,
    signsFrom: new Date(signsFrom * 1_000),
    dropped: kids(former),
    kids: { before: kids(keys), after: kids([signer, added]) },
  };
}

async function newKey(signsFrom: number): Promise<KeyPair> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { kid: await calculateJwkThumbprint(publicKey.export({ format: 'jwk' })), privateKey, publicKey, signsFrom };
}

function notYet(reason: string): DomainError {
  const minutes = Math.ceil((ACCESS_TOKEN_LIFETIME + MARGIN + SIGNS_AFTER) / 60);
  return new DomainError(
    'service-unavailable',
    `The last rotation has not ended: ${reason} Try again ${minutes} minutes after it.`,
  );
}
