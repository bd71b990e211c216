import { createHash, createHmac, randomBytes } from 'node:crypto';
import { networkOf } from '@app/kernel';

/** Returns 256 random bits, safe in links and headers. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** Returns the hash under which a secret is stored. SHA-256 is enough: nobody can guess 256 random bits. */
export function secretHash(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** Returns the hash of a guessable value: without the key nobody can test guesses. */
export function keyedHash(key: string, ...parts: string[]): string {
  return createHmac('sha256', key).update(JSON.stringify(parts)).digest('hex');
}

/** Derives a secret from others, in the form of `newSecret`: 256 bits that cannot be computed without the key. */
export function derivedSecret(key: string, ...parts: string[]): string {
  return createHmac('sha256', key).update(JSON.stringify(parts)).digest('base64url');
}

/** The secret of this stage's users service: the key of counters and of refresh tokens' successors. */
export abstract class ServerSecret {
  abstract readonly value: string;
}

/** The key of an account's counters. */
export function accountKey({ value }: ServerSecret, account: string): string {
  return keyedHash(value, account);
}

/** The key of one account in one network: of its failures and its logins. */
export function clientKey({ value }: ServerSecret, { account, address }: { account: string; address: string }): string {
  return keyedHash(value, account, networkOf(address));
}
