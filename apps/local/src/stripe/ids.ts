import { randomBytes } from 'node:crypto';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** Stripe's ids have 24 characters after the prefix, these 14. */
const SHORT = ['cus', 'req'];

/** An id such as `pi_3MtwBwLkdIwHu7ix28a3tqPa`. */
export function newId(prefix: string): string {
  return `${prefix}_${randomText(SHORT.includes(prefix) ? 14 : 24)}`;
}

export function randomText(length: number): string {
  return Array.from(randomBytes(length), (byte) => ALPHABET[byte % ALPHABET.length]).join('');
}
