import { type Input, Probe } from './probe.js';
import type { Random } from './random.js';
import { pick, type Trick } from './trick.js';

/** How thoroughly to look. */
export interface Effort {
  /** Ways in which each trick is tried alone. */
  variants: number;
  /** Steps from the dearest. */
  steps: number;
  /** Requests of a measurement that counts. */
  batch: number;
  /** How many of the dearest are measured so. */
  finalists: number;
}

/** The dearest input that was found, and what it costs at the least, in ms of processor time. */
export interface Dearest {
  input: Input;
  cpuMs: number;
  /** Of the event loop. */
  longestTurnMs: number;
  /** What an ordinary request costs. */
  ordinaryMs: number;
  /** How many inputs were looked at. */
  tried: number;
}

const VARIANTS = 1_000;
const IN_A_LOOK = { cheap: 5, hashing: 2 };
/**
 * Other programs and collections of garbage make a measurement dearer, and nothing makes it cheaper: the lowest is the truest.
 * What costs too much all the same is measured more often, before that is believed.
 */
const MEASUREMENTS = { least: 3, most: 8 };
const TURNS = 4;
const MOST_TRICKS = 4;
/** An input that costs so much more is better, not only looked at in a worse moment. */
const BETTER = 1.05;

type Tried = readonly [input: Input, cpuMs: number];

/** Tries each trick alone, then changes the dearest input step by step for as long as it becomes dearer. */
export async function findDearest(probe: Probe, random: Random, effort: Effort, limitMs: number): Promise<Dearest> {
  const { tricks, hashes } = probe.target;
  const count = hashes ? IN_A_LOOK.hashing : IN_A_LOOK.cheap;
  const look = async (input: Input): Promise<Tried> => [input, await probe.cost(input, count)];
  // The first requests also compile the code.
  for (let n = 0; n < MEASUREMENTS.least; n++) await probe.cost([], effort.batch);
  const tried: Tried[] = [];
  for (const trick of tricks)
    for (let way = 0; way < effort.variants; way++) tried.push(await look([full(trick, random.below(VARIANTS))]));
  let best = dearestOf(tried, 1)[0] ?? (await look([]));
  for (let step = 0; step < effort.steps; step++) {
    const next = await look(changed(best[0], tricks, random));
    tried.push(next);
    if (next[1] > best[1] * BETTER) best = next;
  }
  const finalists = [best, ...dearestOf(tried, effort.finalists)].map(([input]) => input);
  return { ...(await measured(probe, [...new Set(finalists)], effort.batch, limitMs)), tried: tried.length };
}

/** Looks again at the few that seemed dearest: one of them may only have been looked at in a bad moment. */
async function measured(
  probe: Probe,
  finalists: readonly Input[],
  batch: number,
  limitMs: number,
): Promise<Omit<Dearest, 'tried'>> {
  const cost = (input: Input) => lowest(() => probe.cost(input, batch), limitMs);
  const ordinaryMs = await cost([]);
  let dearest: { input: Input; cpuMs: number } = { input: [], cpuMs: ordinaryMs };
  for (const input of finalists) {
    const cpuMs = await cost(input);
    if (cpuMs > dearest.cpuMs) dearest = { input, cpuMs };
  }
  const longestTurnMs = await lowest(() => probe.longestTurn(dearest.input, TURNS), 2 * limitMs);
  return { ...dearest, ordinaryMs, longestTurnMs };
}

async function lowest(measure: () => Promise<number>, limitMs: number): Promise<number> {
  let least = Infinity;
  for (let n = 0; n < MEASUREMENTS.least || (least > limitMs && n < MEASUREMENTS.most); n++)
    least = Math.min(least, await measure());
  return least;
}

const dearestOf = (tried: readonly Tried[], count: number): Tried[] =>
  tried.toSorted(([, a], [, b]) => b - a).slice(0, count);

const full = (trick: Trick, variant: number): Input[number] => ({ trick, variant, amount: trick.most });

/** A neighbour: one trick more, one less, another one, more or less of one, or one in another way. */
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
