import { createHmac } from 'node:crypto';
import type { Guest } from '@app/kernel';

const CACHE_SIZE = 1_000;
const LENGTH = 16;

/** Names users in logs by a keyed hash: the lines of one user can be found, but do not reveal who it is. */
export function pseudonyms(key: string | undefined): (userId: number) => string | undefined {
  if (key === undefined) return () => undefined;
  const known = new Map<number, string>();
  return (userId) => {
    const present = known.get(userId);
    if (present !== undefined) return present;
    if (known.size >= CACHE_SIZE) known.clear();
    const name = createHmac('sha256', key).update(`log:user:${userId}`).digest('hex').slice(0, LENGTH);
    known.set(userId, name);
    return name;
  };
}

/** Names a guest in a line by their cart or order, never by its token. The guard lets no id through that needs escaping. */
export function nameOfGuest(guest: Guest | undefined): string {
  return guest?.id === undefined ? '' : `,"${guest.of}":"${guest.id}"`;
}
