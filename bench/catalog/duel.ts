import { Redis } from 'ioredis';
import type { Scenario } from './scenarios.js';
import { calibrate, median, shoot, type Shot } from './shots.js';

export interface Contender {
  url: string;
  /** Its cache, emptied before each round of misses. */
  redisUrl: string;
}

export interface Outcome {
  scenario: Scenario;
  ratio: number;
  raw: Shot;
  own: Shot;
  statementsPerRequest: number;
  kept: number;
  rounds: number;
}

interface Round {
  raw: Shot;
  own: Shot;
  noise: number;
  statements: number;
}

export interface DuelOptions {
  rounds: number;
  seconds: number;
  /** Requests per round of misses. */
  misses: number;
}

const QUIET = 1.25;

/** Interleaved rounds of one scenario, without those that the machine disturbed. */
export async function duel(
  scenario: Scenario,
  { raw, own }: { raw: Contender; own: Contender },
  statements: () => Promise<number>,
  options: DuelOptions,
): Promise<Outcome> {
  const rounds: Round[] = [];
  for (const contender of [raw, own]) await warmUp(scenario, contender, options.misses);
  for (let n = 0; n < options.rounds; n++) {
    const noise = calibrate();
    const shots: Partial<Record<'raw' | 'own', Shot>> = {};
    let perRequest = 0;
    for (const side of n % 2 === 0 ? (['raw', 'own'] as const) : (['own', 'raw'] as const)) {
      const contender = side === 'raw' ? raw : own;
      if (!scenario.hits) await empty(contender);
      const before = await statements();
      const shot = await shoot(contender.url, { ...scenario, ...amount(scenario, options) });
      const spent = (await statements()) - before;
      if (side === 'own') perRequest = spent / Math.max(1, requests(shot, scenario, options));
      shots[side] = shot;
    }
    rounds.push({ raw: shots.raw as Shot, own: shots.own as Shot, noise, statements: perRequest });
  }
  return judge(scenario, rounds);
}

const amount = ({ hits }: Scenario, { seconds, misses }: DuelOptions) => (hits ? { seconds } : { amount: misses });

const requests = (shot: Shot, { hits }: Scenario, { seconds, misses }: DuelOptions): number =>
  hits ? shot.perSecond * seconds : misses;

/** Runs until the hot code is compiled, as in a server in service. Its misses are not the measured ones. */
async function warmUp({ hits, path }: Scenario, { url }: Contender, misses: number): Promise<void> {
  await shoot(url, { connections: 32, amount: hits ? 20_000 : misses, path: (n) => path(hits ? n : n + 500_000) });
}

async function empty({ redisUrl }: Contender): Promise<void> {
  const redis = new Redis(redisUrl);
  await redis.flushdb();
  redis.disconnect();
}

function judge(scenario: Scenario, rounds: Round[]): Outcome {
  const quietest = Math.min(...rounds.map(({ noise }) => noise));
  const quiet = rounds.filter(({ noise }) => noise <= quietest * QUIET);
  const kept =
    quiet.length * 2 > rounds.length
      ? quiet
      : rounds.toSorted((a, b) => a.noise - b.noise).slice(0, Math.ceil(rounds.length / 2));
  const middle = (side: 'raw' | 'own'): Shot => ({
    perSecond: median(kept.map((round) => round[side].perSecond)),
    p50: median(kept.map((round) => round[side].p50)),
    p99: median(kept.map((round) => round[side].p99)),
    failed: rounds.reduce((sum, round) => sum + round[side].failed, 0),
  });
  return {
    scenario,
    ratio: median(kept.map(({ raw, own }) => own.perSecond / raw.perSecond)),
    raw: middle('raw'),
    own: middle('own'),
    statementsPerRequest: median(kept.map(({ statements }) => statements)),
    kept: kept.length,
    rounds: rounds.length,
  };
}
