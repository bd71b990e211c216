import type { Proof } from './frame/proof.js';
import { retries } from './proofs/r01-retries.js';
import { mailOnce } from './proofs/r04-mail-once.js';
import { outOfOrder } from './proofs/r06-out-of-order.js';
import { poison } from './proofs/r07-poison.js';
import { deadLetters } from './proofs/r08-dead-letters.js';
import { oversell } from './proofs/r09-oversell.js';
import { confirmRace } from './proofs/r10-confirm-race.js';
import { settleRace } from './proofs/r10-settle-race.js';
import { baskets } from './proofs/r11-baskets.js';

/** The orders' proofs, in the order they run. */
const CORE: readonly Proof[] = [
  retries,
  ...[mailOnce, outOfOrder, poison, deadLetters],
  ...[oversell, settleRace, confirmRace, baskets],
];

/** Further groups join here. */
const GROUPS: Record<string, readonly Proof[]> = { core: CORE };

const ALL: readonly Proof[] = Object.values(GROUPS).flat();

/** The proofs that names such as `R1`, `core` or `all` stand for. */
export function choose(names: readonly string[]): Proof[] {
  if (names.length === 0)
    throw new Error(
      `Say what to prove: ${[...ALL.map(({ name }) => name), ...Object.keys(GROUPS), 'all'].join(', ')}.`,
    );
  return names.flatMap((name) => {
    if (name === 'all') return ALL;
    const found = GROUPS[name] ?? ALL.filter((proof) => proof.name.toLowerCase() === name.toLowerCase());
    if (found.length === 0) throw new Error(`There is no proof ${name}.`);
    return found;
  });
}
