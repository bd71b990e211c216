import { shoot } from './load.js';
import { watchOthers } from './machine.js';
import { SIDES, type Sides } from './sides.js';

export type Basket = () => { product_id: number; quantity: number }[];

export interface Shots {
  connections: number;
  rounds: number;
  seconds: number;
  basket: Basket;
}

export interface Rounds {
  /** Orders per second of each round. */
  rates: Record<keyof Sides, number[]>;
  failures: number;
  /** Rounds discarded because others used the machine. */
  noisy: number;
}

/** A round is discarded if others used more than this share of the machine. */
const NOISE = 0.1;
/** Orders are slow until their code is compiled; more code needs more orders. */
const WARM_UP_SECONDS = 8;

/** Runs all sides in turn, each time starting with a different one, so that other load affects them equally. */
export async function runRounds(sides: Sides, shots: Shots): Promise<Rounds> {
  const rates: Rounds['rates'] = { platform: [], raw: [], 'one process': [] };
  let [failures, noisy] = [0, 0];
  while (rates.platform.length < shots.rounds && noisy < shots.rounds) {
    const first = (rates.platform.length + noisy) % SIDES.length;
    const found: Partial<Record<keyof Sides, number>> = {};
    let quiet = true;
    for (const side of [...SIDES.slice(first), ...SIDES.slice(0, first)]) {
      const others = watchOthers();
      const shot = await shoot(sides[side].target, shots.connections, shots.seconds, shots.basket);
      quiet &&= others() < NOISE;
      failures += shot.failures;
      found[side] = shot.perSecond;
    }
    if (quiet) for (const side of SIDES) rates[side].push(found[side] ?? 0);
    else noisy++;
  }
  return { rates, failures, noisy };
}

/** Places orders on every side until its code is compiled. */
export async function warmUp(sides: Sides, basket: Basket): Promise<void> {
  for (const side of SIDES) await shoot(sides[side].target, 16, WARM_UP_SECONDS, basket);
}
