import { createHash, randomBytes } from 'node:crypto';
import type { GuestObject } from '@app/kernel';

/** Returns a new token of 256 random bits; its prefix says what it is of. It is shown once, and stored as its hash. */
export function newGuestToken(of: GuestObject): string {
  return `${of}.${randomBytes(32).toString('base64url')}`;
}

/** Returns the hash under which a token is stored and looked for. SHA-256 is enough: nobody can guess 256 random bits. */
export function guestTokenHash(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
