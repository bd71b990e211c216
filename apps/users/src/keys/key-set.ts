import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { ConfigurationError } from '@app/config';
import type { JSONWebKeySet, JWK } from 'jose';

export const ALGORITHM = 'ES256';

/** A private key of the set. */
export interface KeyPair {
  kid: string;
  privateKey: KeyObject;
  publicKey: KeyObject;
  /** Epoch seconds; until then the key is published but does not sign. 0 if the key set names none. */
  signsFrom: number;
}

/** @throws ConfigurationError, which never shows a key. */
export function parseKeySet(text: string): KeyPair[] {
  const keys = parse(text);
  if (keys.length === 0 || new Set(keys.map(({ kid }) => kid)).size < keys.length) throw malformed();
  return keys;
}

/** Returns the key that signs: the newest whose `signsFrom` has passed, the first one among equals. */
export function signerOf(keys: readonly KeyPair[], nowSeconds: number): KeyPair {
  const begun = keys.filter(({ signsFrom }) => signsFrom <= nowSeconds);
  const [first, ...others] = begun.length > 0 ? begun : keys;
  if (!first) throw malformed();
  return others.reduce((signer, key) => (key.signsFrom > signer.signsFrom ? key : signer), first);
}

/** Returns the public parts as a JWK set. */
export function publicSet(keys: readonly KeyPair[]): JSONWebKeySet {
  return { keys: keys.map(({ kid, publicKey }) => toJwk(kid, publicKey)) };
}

export function privateSet(keys: readonly KeyPair[]): string {
  const jwks = keys.map(({ kid, privateKey, signsFrom }) => ({ ...toJwk(kid, privateKey), signs_from: signsFrom }));
  return JSON.stringify({ keys: jwks });
}

/** Returns the public part of a private key set as text, for processes that only verify. */
export const publicText = (text: string): string => JSON.stringify(publicSet(parseKeySet(text)));

/** Returns a public key set, or undefined if the text is not one. */
export function parsePublicSet(text: string): JSONWebKeySet | undefined {
  try {
    const { keys } = JSON.parse(text) as JSONWebKeySet;
    if (keys.length === 0 || keys.some(({ d }) => d !== undefined)) return undefined;
    return { keys: keys.map((jwk) => toJwk(kidOf(jwk), createPublicKey({ key: { ...jwk }, format: 'jwk' }))) };
  } catch {
    return undefined;
  }
}

function parse(text: string): KeyPair[] {
  try {
    return (JSON.parse(text) as JSONWebKeySet).keys.map(toKeyPair);
  } catch {
    throw malformed();
  }
}

function toKeyPair(jwk: JWK & { signs_from?: unknown }): KeyPair {
  const { d, signs_from: signsFrom = 0 } = jwk;
  const kid = kidOf(jwk);
  if (typeof d !== 'string' || !Number.isSafeInteger(signsFrom)) throw malformed();
  const privateKey = createPrivateKey({ key: { ...jwk }, format: 'jwk' });
  const publicKey = createPublicKey(privateKey);
  // The parser does not compare the halves; a mismatched pair would sign tokens that nobody accepts.
  const probe = Buffer.from(kid);
  if (!verify('sha256', probe, publicKey, sign('sha256', probe, privateKey))) throw malformed();
  return { kid, privateKey, publicKey, signsFrom: Number(signsFrom) };
}

function kidOf({ kid, kty, crv }: JWK): string {
  if (typeof kid !== 'string' || kty !== 'EC' || crv !== 'P-256') throw malformed();
  return kid;
}

function toJwk(kid: string, key: KeyObject): JWK {
  return { ...(key.export({ format: 'jwk' }) as JWK), kid, alg: ALGORITHM, use: 'sig' };
}

function malformed(): ConfigurationError {
  return new ConfigurationError(
    'JWT_KEYS must be a JSON Web Key Set with at least one private P-256 key, each with its own kid.',
  );
}
