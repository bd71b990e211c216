import type { Figure } from './figures.js';
import type { Stage } from './stage.js';

/** A promise of the platform as a program that breaks things and counts. */
export interface Proof {
  /** Its number in the table of promises, such as `R1`. */
  name: string;
  /** Another word for it. */
  alias?: string;
  /** The failure that does not happen. */
  failure: string;
  /** The guards, each a module of ../mutants that switches one off; without any of them the proof must fail. */
  mutants: readonly string[];
  /** It breaks what proofs share, such as the database server, and runs with no other. */
  alone?: true;
  /** Breaks and counts. Its verdict must not depend on timing; an exception is a failure of the proof itself. */
  run(stage: Stage): Promise<Figure[]>;
}
