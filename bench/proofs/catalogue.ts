import type { Proof } from './frame/proof.js';
import { retries } from './proofs/r01-retries.js';

/** The orders' proofs, in the order they run. */
const CORE: readonly Proof[] = [retries];

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
