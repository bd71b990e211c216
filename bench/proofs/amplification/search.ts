import { type Input, Probe } from './probe.js';
import type { Random } from './random.js';
import { pick, type Trick } from './trick.js';

/** How thoroughly to search. */
export interface Effort {
  /** Variants tried of each trick alone. */
  variants: number;
  /** Steps from the costliest. */
  steps: number;
  /** Requests per final measurement. */
  batch: number;
  /** How many of the costliest get a final measurement. */
  finalists: number;
}

/** The costliest input found, and its lowest measured cost in ms of processor time. */
export interface Costliest {
  input: Input;
  cpuMs: number;
  /** The longest turn of the event loop. */
  longestTurnMs: number;
  /** The cost of an ordinary request. */
  ordinaryMs: number;
  /** The number of inputs tried. */
  tried: number;
}

const VARIANTS = 1_000;
const IN_A_LOOK = { cheap: 5, hashing: 2 };
/**
 * Other programs and garbage collection only raise a measurement, so the lowest is the most accurate. A cost above the
 * limit is measured again before it counts.
 */
const MEASUREMENTS = { least: 3, most: 8 };
const TURNS = 4;
const MOST_TRICKS = 4;
/** An input must cost this factor more, so that noise alone does not count. */
const BETTER = 1.05;

type Tried = readonly [input: Input, cpuMs: number];

/** Tries each trick alone, and then changes the costliest input step by step while its cost grows. */
export async function findCostliest(probe: Probe, random: Random, effort: Effort, limitMs: number): Promise<Costliest> {
  const { tricks, hashes } = probe.target;
  const count = hashes ? IN_A_LOOK.hashing : IN_A_LOOK.cheap;
  const look = async (input: Input): Promise<Tried> => [input, await probe.cost(input, count)];
  // The first requests also compile the code.
  for (let n = 0; n < MEASUREMENTS.least; n++) await probe.cost([], effort.batch);
  const tried: Tried[] = [];
  for (const trick of tricks)
    for (let way = 0; way < effort.variants; way++) tried.push(await look([full(trick, random.below(VARIANTS))]));
  let best = costliestOf(tried, 1)[0] ?? (await look([]));
  for (let step = 0; step < effort.steps; step++) {
    const next = await look(changed(best[0], tricks, random));
    tried.push(next);
    if (next[1] > best[1] * BETTER) best = next;
  }
  const finalists = [best, ...costliestOf(tried, effort.finalists)].map(([input]) => input);
  return { ...(await measured(probe, [...new Set(finalists)], effort.batch, limitMs)), tried: tried.length };
}

/** Measures the few costliest candidates again, since noise may have raised one of them. */
async function measured(
  probe: Probe,
  finalists: readonly Input[],
  batch: number,
  limitMs: number,
): Promise<Omit<Costliest, 'tried'>> {
  const cost = (input: Input) => lowest(() => probe.cost(input, batch), limitMs);
  const ordinaryMs = await cost([]);
  let costliest: { input: Input; cpuMs: number } = { input: [], cpuMs: ordinaryMs };
  for (const input of finalists) {
    const cpuMs = await cost(input);
    if (cpuMs > costliest.cpuMs) costliest = { input, cpuMs };
  }
  const longestTurnMs = await lowest(() => probe.longestTurn(costliest.input, TURNS), 2 * limitMs);
  return { ...costliest, ordinaryMs, longestTurnMs };
}

async function lowest(measure: () => Promise<number>, limitMs: number): Promise<number> {
  let least = Infinity;
  for (let n = 0; n < MEASUREMENTS.least || (least > limitMs && n < MEASUREMENTS.most); n++)
    least = Math.min(least, await measure());
  return least;
}

const costliestOf = (tried: readonly Tried[], count: number): Tried[] =>
  tried.toSorted(([, a], [, b]) => b - a).slice(0, count);

const full = (trick: Trick, variant: number): Input[number] => ({ trick, variant, amount: trick.most });

/** A neighbour: a trick added, removed or replaced, its amount changed, or its variant. */
function changed(input: Input, tricks: readonly Trick[], random: Random): Input {
  const at = random.below(Math.max(1, input.length));
  const another = full(pick(tricks, random.below(tricks.length)), random.below(VARIANTS));
  const present = input[at];
  if (!present) return [another];
  const replaced = (by: Input[number]): Input => input.with(at, by);
  const change = random.below(5);
  if (change === 0 && input.length < MOST_TRICKS) return [...input, another];
  if (change === 1 && input.length > 1) return input.toSpliced(at, 1);
  if (change === 2) return replaced(another);
  if (change === 3) return replaced({ ...present, amount: 1 + random.below(present.trick.most) });
  return replaced({ ...present, variant: random.below(VARIANTS) });
}
