import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { KeySource } from '@app/auth';
import { ConfigurationError } from '@app/config';
import { type JSONWebKeySet, type JWK, type JWTPayload, SignJWT } from 'jose';

const ALGORITHM = 'ES256';

/**
 * The keys that sign access tokens. All are published, the first signs: a new key is rotated in behind the signing one,
 * moved to the front when everybody has seen it, and the old one is dropped when its last token has expired.
 */
export class SigningKeys extends KeySource {
  private constructor(
    private readonly signer: { kid: string; privateKey: KeyObject },
    readonly published: JSONWebKeySet,
  ) {
    super();
  }

  /** @throws ConfigurationError, which never shows the key. */
  static fromJwks(text: string): SigningKeys {
    const keys = parseKeys(text);
    const [signer] = keys;
    if (!signer || new Set(keys.map(({ kid }) => kid)).size < keys.length) throw malformed();
    return new SigningKeys(signer, { keys: keys.map(({ kid, publicKey }) => toJwk(kid, publicKey)) });
  }

  override keys(): Promise<JSONWebKeySet> {
    return Promise.resolve(this.published);
  }

  sign(claims: JWTPayload): Promise<string> {
    return new SignJWT(claims)
      .setProtectedHeader({ alg: ALGORITHM, typ: 'at+jwt', kid: this.signer.kid })
      .sign(this.signer.privateKey);
  }
}

interface KeyPair {
  kid: string;
  privateKey: KeyObject;
  publicKey: KeyObject;
}

function parseKeys(text: string): KeyPair[] {
  try {
    return (JSON.parse(text) as JSONWebKeySet).keys.map(toKeyPair);
  } catch {
    throw malformed();
  }
}

function toKeyPair(jwk: JWK): KeyPair {
  const { kid, kty, crv, d } = jwk;
  if (typeof kid !== 'string' || kty !== 'EC' || crv !== 'P-256' || typeof d !== 'string') throw malformed();
  const privateKey = createPrivateKey({ key: { ...jwk, kty }, format: 'jwk' });
  const publicKey = createPublicKey(privateKey);
  // The parser takes the public half as it is written: halves that do not belong together sign what nobody accepts.
  const probe = Buffer.from(kid);
  if (!verify('sha256', probe, publicKey, sign('sha256', probe, privateKey))) throw malformed();
  return { kid, privateKey, publicKey };
}

function toJwk(kid: string, publicKey: KeyObject): JWK {
  const { kty, crv, x, y } = publicKey.export({ format: 'jwk' });
  return { kty, crv, x, y, kid, alg: ALGORITHM, use: 'sig' } as JWK;
}

function malformed(): ConfigurationError {
  return new ConfigurationError(
    'JWT_KEYS must be a JSON Web Key Set with at least one private P-256 key, each with its own kid.',
  );
}
