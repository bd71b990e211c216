import { type Shot, shoot } from './load.js';
import { watchOthers } from './machine.js';
import { SIDES, type Sides } from './sides.js';

export type Basket = () => { product_id: number; quantity: number }[];

export interface Rounds<S extends string> {
  /** Successes per second of each round. */
  rates: Record<S, number[]>;
  failures: number;
  /** Rounds discarded because others used the machine. */
  noisy: number;
}

export interface RoundsOptions {
  rounds: number;
  /** A round is discarded if others used more than this share of the machine. */
  noise: number;
}

/** The share of the machine that others may use in a round, unless `--noise` says otherwise. */
export const NOISE = '0.1';

/** Orders are slow until their code is compiled; more code needs more orders. */
export const WARM_UP_SECONDS = 8;

/** Runs all sides in turn, each time starting with a different one, so that other load affects them equally. */
export async function runRounds<S extends string>(
  sides: Record<S, () => Promise<Shot>>,
  { rounds, noise }: RoundsOptions,
): Promise<Rounds<S>> {
  const names = Object.keys(sides) as S[];
  const rates = Object.fromEntries(names.map((side) => [side, [] as number[]])) as Rounds<S>['rates'];
  let [kept, failures, noisy] = [0, 0, 0];
  while (kept < rounds && noisy < rounds) {
    const first = (kept + noisy) % names.length;
    const found: Partial<Record<S, number>> = {};
    let quiet = true;
    for (const side of [...names.slice(first), ...names.slice(0, first)]) {
      const others = watchOthers();
      const shot = await sides[side]();
      quiet &&= others() < noise;
      failures += shot.failures;
      found[side] = shot.perSecond;
    }
    if (!quiet) noisy++;
    else {
      kept++;
      for (const side of names) rates[side].push(found[side] ?? 0);
    }
  }
  return { rates, failures, noisy };
}

/** Compares the sum of all rounds, including slow ones. */
export function judge(
  { platform, raw }: Record<'platform' | 'raw', number[]>,
  least: number,
): { isReached: boolean; parts: string[] } {
  const ratio = mean(platform) / mean(raw);
  const isReached = ratio >= least;
  const ratios = platform.map((rate, round) => rate / (raw[round] ?? 1));
  const parts = [
    `platform ${mean(platform).toFixed(0)}/s, raw ${mean(raw).toFixed(0)}/s`,
    `ratio ${ratio.toFixed(2)} (≥ ${least.toFixed(2)}: ${isReached ? 'reached' : 'MISSED'})`,
    `${ratios.length} rounds, the middle half from ${quantile(ratios, 0.25).toFixed(2)} to ${quantile(ratios, 0.75).toFixed(2)}`,
  ];
  return { isReached, parts };
}

export const mean = (numbers: number[]): number => numbers.reduce((sum, each) => sum + each, 0) / numbers.length;

const quantile = (numbers: number[], share: number): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length * share)] ?? 0;

/** Places orders on every side until its code is compiled. */
export async function warmUp(sides: Sides, basket: Basket): Promise<void> {
  for (const side of SIDES) await shoot(sides[side].target, 16, WARM_UP_SECONDS, basket);
}
