import { createHmac } from 'node:crypto';

const KEPT = 1_000;
const LENGTH = 16;

/** Names users by a keyed hash: lines of one user are found together, and nobody reads from them who it is. */
export function pseudonyms(key: string | undefined): (userId: number) => string | undefined {
  if (key === undefined) return () => undefined;
  const known = new Map<number, string>();
  return (userId) => {
    const present = known.get(userId);
    if (present !== undefined) return present;
    if (known.size >= KEPT) known.clear();
    const name = createHmac('sha256', key).update(`log:user:${userId}`).digest('hex').slice(0, LENGTH);
    known.set(userId, name);
    return name;
  };
}
