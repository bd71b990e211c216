import { SignJWT, importJWK, type JWK } from 'jose';
import { newSigningKey } from '../../../test/support/signing-key.js';

/** Signs access tokens with the platform's own key, so that load needs no logins. */
export class People {
  private readonly jwk = newSigningKey('proofs') as JWK;

  /** The users service's JWT_KEYS. */
  get jwtKeys(): string {
    return JSON.stringify({ keys: [this.jwk] });
  }

  async token(userId: number, role: 'customer' | 'staff' | 'admin'): Promise<string> {
    const now = Math.floor(Date.now() / 1_000);
    return new SignJWT({ role, client_id: 'commerce-api' })
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'proofs' })
      .setIssuer('commerce-platform')
      .setAudience('commerce-api')
      .setSubject(String(userId))
      .setIssuedAt(now)
      .setExpirationTime(now + 7_200)
      .sign(await importJWK(this.jwk, 'ES256'));
  }
}
