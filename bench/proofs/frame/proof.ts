import type { Figure } from './figures.js';
import type { Stage } from './stage.js';

/** Tests one promise of the platform: breaks things and counts the effects. */
export interface Proof {
  /** Its number in the table of promises, such as `R1`. */
  name: string;
  /** Another word for it. */
  alias?: string;
  /** The failure that must not happen. */
  failure: string;
  /** Modules of ../mutants, each of which switches one guard off; with any of them the proof must fail. */
  mutants: readonly string[];
  /** Runs alone, since it breaks shared parts such as the database server. */
  alone?: true;
  /** Its verdict must not depend on timing; an exception means that the proof itself failed. */
  run(stage: Stage): Promise<Figure[]>;
}
