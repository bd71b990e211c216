import fc from 'fast-check';
import { everything } from './commands.js';
import { compareInTheEnd } from './compare.js';
import { Model } from './model.js';
import { HOLD_MS } from './products-side.js';
import type { Capture } from './money-side.js';
import type { World } from './world.js';

export interface Check {
  runs: number;
  seed: number;
  /** Called after every run. */
  onRun?: (done: number) => void;
}

export interface Verdict {
  runs: number;
  /** The shortest story found in which model and services disagree, and where they do. */
  counterExample: string | undefined;
}

/** Runs random stories on the services and the model until they disagree, and then shortens that story. */
export async function checkModel(world: World, { runs, seed, onRun }: Check): Promise<Verdict> {
  let done = 0;
  const stock = fc.array(fc.noBias(fc.nat(8)), { minLength: 3, maxLength: 3 });
  const property = fc.asyncProperty(
    stock,
    fc.constantFrom<Capture[]>('automatic', 'on_shipment'),
    fc.commands(everything, { maxCommands: 50, size: 'max' }),
    async (initial, capture, story) => {
      await fc.asyncModelRun(async () => {
        await world.reset(initial, capture);
        const model = new Model([...initial], HOLD_MS);
        model.now = world.clock.now().getTime();
        return { model, real: world };
      }, [...story, END]);
      onRun?.(++done);
    },
  );
  const { failed, numRuns, counterexample, errorInstance } = await fc.check(property, { numRuns: runs, seed });
  if (!failed) return { runs: numRuns, counterExample: undefined };
  const [initial = [], capture, story = []] = counterexample ?? [];
  const steps = fc.stringify(story).replaceAll(',→', '\n→');
  return {
    runs: numRuns,
    counterExample: `The stock of A, B, C is ${initial.join(', ')}; capture is ${capture}.\n${steps}\n${String(errorInstance)}`,
  };
}

/** The last step of every story. */
const END = { check: () => true, run: compareInTheEnd, toString: () => 'and in the end' };
