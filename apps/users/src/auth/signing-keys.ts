import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
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
    const keys = parseKeys(text).map(({ kid, jwk }) => ({
      kid,
      privateKey: createPrivateKey({ key: jwk, format: 'jwk' }),
    }));
    const [signer] = keys;
    if (!signer || new Set(keys.map(({ kid }) => kid)).size < keys.length) throw malformed();
    return new SigningKeys(signer, { keys: keys.map(({ kid, privateKey }) => toPublic(kid, privateKey)) });
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

function parseKeys(text: string): { kid: string; jwk: JWK & { kty: string } }[] {
  try {
    const { keys } = JSON.parse(text) as JSONWebKeySet;
    return keys.map((jwk) => {
      const { kid, kty, crv, d } = jwk;
      if (typeof kid !== 'string' || kty !== 'EC' || crv !== 'P-256' || typeof d !== 'string') throw malformed();
      return { kid, jwk: { ...jwk, kty } };
    });
  } catch {
    throw malformed();
  }
}

function toPublic(kid: string, privateKey: KeyObject): JWK {
  const { kty, crv, x, y } = createPublicKey(privateKey).export({ format: 'jwk' });
  return { kty, crv, x, y, kid, alg: ALGORITHM, use: 'sig' } as JWK;
}

function malformed(): ConfigurationError {
  return new ConfigurationError(
    'JWT_KEYS must be a JSON Web Key Set with at least one private P-256 key, each with its own kid.',
  );
}
