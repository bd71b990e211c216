import { randomUUID } from 'node:crypto';
import { Clock, type Role } from '@app/kernel';
import type { SigningKeys } from './signing-keys.js';

/** Seconds. */
export const ACCESS_TOKEN_LIFETIME = 900;

export interface TokenIdentity {
  issuer: string;
  audience: string;
}

/** Of whom an access token is. */
export interface Subject {
  user_id: number;
  role: Role;
  /** Epoch seconds; an access token must not claim to be older. */
  not_before: number;
}

/** Signs access tokens after RFC 9068. */
export class AccessTokens {
  constructor(
    private readonly keys: SigningKeys,
    private readonly clock: Clock,
    private readonly identity: TokenIdentity,
  ) {}

  sign({ user_id, role, not_before }: Subject): Promise<string> {
    // Never older than what is refused: a login in the very second in which the sessions ended would be refused, too.
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
