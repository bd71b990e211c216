import { randomUUID } from 'node:crypto';
import { Clock, type Role } from '@app/kernel';
import type { SigningKeys } from './signing-keys.js';

/** Seconds. */
export const ACCESS_TOKEN_LIFETIME = 900;

export interface TokenIdentity {
  issuer: string;
  audience: string;
}

/** Whom an access token is issued for. */
export interface Subject {
  user_id: number;
  role: Role;
  /** Epoch seconds; the token's `iat` is never earlier. */
  not_before: number;
}

/** Signs access tokens as RFC 9068 defines them. */
export class AccessTokens {
  constructor(
    private readonly keys: SigningKeys,
    private readonly clock: Clock,
    private readonly identity: TokenIdentity,
  ) {}

  sign({ user_id, role, not_before }: Subject): Promise<string> {
    // Without the maximum, a login in the same second in which the sessions ended would be refused.
    const issuedAt = Math.max(Math.floor(this.clock.now().getTime() / 1_000), not_before);
    return this.keys.sign({
      iss: this.identity.issuer,
      aud: this.identity.audience,
      sub: String(user_id),
      client_id: this.identity.audience,
      jti: randomUUID(),
      iat: issuedAt,
      exp: issuedAt + ACCESS_TOKEN_LIFETIME,
      role,
    });
  }
}
