import { createHash, createHmac, randomBytes } from 'node:crypto';
import { networkOf } from '@app/kernel';

/** 256 random bits, safe in links and headers. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** How a secret is stored. A plain hash is enough, since nobody can guess 256 random bits. */
export function secretHash(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** How something guessable is stored: without the key nobody can try candidates. */
export function keyedHash(key: string, ...parts: string[]): string {
  return createHmac('sha256', key).update(JSON.stringify(parts)).digest('hex');
}

/** A secret that follows from another one, and that nobody without the key can work out: 256 bits in the form of `newSecret`. */
export function derivedSecret(key: string, ...parts: string[]): string {
  return createHmac('sha256', key).update(JSON.stringify(parts)).digest('base64url');
}

/** The secret of this stage's users service: keys of counters, successors of refresh tokens. */
export abstract class ServerSecret {
  abstract readonly value: string;
}

/** What an account's counts are found by. */
export function accountKey({ value }: ServerSecret, account: string): string {
  return keyedHash(value, account);
}

/** One account as one network's client: its failures and its successes. */
export function clientKey({ value }: ServerSecret, { account, address }: { account: string; address: string }): string {
  return keyedHash(value, account, networkOf(address));
}
