import { freePorts } from '../../../apps/local/src/embedded/ports.js';
import { fillCatalog } from '../amplification/catalog.js';
import { duringSlowBodies, type Login, whileStrangersGuess } from '../amplification/crowds.js';
import { Meter } from '../amplification/meter.js';
import { type Effect, EVERYBODY, median, Others } from '../amplification/others.js';
import { Probe } from '../amplification/probe.js';
import { Random } from '../amplification/random.js';
import { findCostliest } from '../amplification/search.js';
import { type Found, printTable } from '../amplification/table.js';
import { ATTACKED, type Attacked, type Target, targetsOf } from '../amplification/target.js';
import { atMost, type Figure, info, none } from '../frame/figures.js';
import type { ProofPlatform } from '../frame/platform.js';
import type { Proof } from '../frame/proof.js';
import { Session } from '../frame/session.js';
import { type Customer, Shop } from '../frame/shop.js';
import type { Stage } from '../frame/stage.js';
import { Generator } from '../generator/phase.js';

const CPU_MS = 10;
const TURN_MS = 20;
/** An overloaded machine refuses some requests even without costly ones. */
const REFUSED = { times: 2, share: 0.01 };
/**
 * How much longer others may wait: 50 of the costliest a second take half a core, and a busy machine gives a service
 * far less.
 */
const WAIT = { times: 5, plusMs: 500 };
/** As shipped, except the event-loop delay: a busy machine would refuse the requests to be measured. */
const BOUNDS = { MAX_IN_FLIGHT: '200' };
const PASSWORD = 'a long enough pass phrase';
const SEED = 21;

/** The part that a guard protects; without the guard, only this part runs. */
const PART: Record<string, 'inputs' | 'bodies' | 'guesses'> = {
  'every-name-looked-at': 'inputs',
  'chunks-unbounded': 'inputs',
  'places-before-bodies': 'bodies',
  'nobody-is-known': 'guesses',
};

/** Routes on which a missing guard shows soon. */
const UNGUARDED = ['POST /auth/login', 'POST /auth/logout', 'GET /users'];

/** An attacker without a token searches for the request that costs the platform most. */
export const amplification: Proof = {
  name: 'R21',
  alias: 'amplification',
  failure: 'a cheap request is costly to answer',
  mutants: Object.keys(PART),
  alone: true,
  async run(stage) {
    const [users = 0, products = 0, orders = 0] = await freePorts(ATTACKED.length);
    const ports = { users, products, orders };
    const platform = await stage.platform({
      services: ATTACKED,
      preloads: ['preloads/meter'],
      environment: Object.fromEntries(
        ATTACKED.map((service) => [service, { ...BOUNDS, METER_PORT: String(ports[service]) }]),
      ),
    });
    const shop = await Shop.open(platform);
    const [productId = 0] = await fillCatalog(shop, stage.amount(500, 110));
    const customer = await shop.customer();
    const session = await Session.open(platform);
    const login = { email: session.email, password: PASSWORD };
    const concerned = (part: string) => stage.mutants.every((mutant) => PART[mutant.replace('mutants/', '')] === part);
    const figures: Figure[] = [];
    if (concerned('inputs')) {
      // Guesses from here block the logins of the guessed account, so it must not be a measured one.
      const { email, refreshToken } = await Session.open(platform);
      const all = await targetsOf(platform, { keyId: 'proofs', productId, email, refreshToken });
      const targets = stage.mutants.length > 0 ? all.filter(({ name }) => UNGUARDED.includes(name)) : all;
      figures.push(...(await costliestInputs(stage, platform, { targets, ports, customer, login, productId })));
    }
    const count = stage.amount(200, 40);
    if (concerned('bodies'))
      figures.push(...(await duringSlowBodies(platform, shop, { customer, productId, login, count })));
    if (concerned('guesses'))
      figures.push(...(await whileStrangersGuess(platform, { login, count: stage.amount(40, 10) })));
    return figures;
  },
};

interface Scene {
  targets: readonly Target[];
  ports: Record<Attacked, number>;
  customer: Customer;
  login: Login;
  productId: number;
}

async function costliestInputs(stage: Stage, platform: ProofPlatform, scene: Scene): Promise<Figure[]> {
  const seed = Number(process.env['AMPLIFICATION_SEED'] ?? SEED);
  // All services at once, since each process is measured separately.
  const found = (await Promise.all(ATTACKED.map((service) => searchIn(stage, scene, service, seed)))).flat();
  if (stage.mutants.length === 0) await seeOthers(stage, platform, scene, found);
  printTable(found);
  for (const { probe } of found) probe.close();
  const [hashing, others] = [found.filter(hashes), found.filter((each) => !hashes(each))];
  const costliest = (all: readonly Found[], of: (each: Found) => number) => Math.max(...all.map(of));
  const hashMs = median(hashing.map(({ ordinaryMs }) => ordinaryMs));
  return [
    info('routes', found.length),
    info(
      'inputs',
      found.reduce((sum, { tried }) => sum + tried, 0),
    ),
    info('seed', seed),
    atMost(
      'costliest request, CPU ms',
      costliest(others, ({ cpuMs }) => cpuMs),
      CPU_MS,
    ),
    info('one with a hash', hashMs),
    atMost('costliest with a hash, beyond that', costliest(hashing, ({ cpuMs }) => cpuMs) - hashMs, CPU_MS),
    atMost(
      'longest turn, CPU ms',
      costliest(found, ({ longestTurnMs }) => longestTurnMs),
      TURN_MS,
    ),
    none('answers 5xx', found.flatMap(({ probe }) => probe.failures).length),
    ...waits(found),
  ];
}

const hashes = ({ probe }: Found): boolean => probe.target.hashes;

async function searchIn(stage: Stage, { targets, ports }: Scene, service: Attacked, seed: number): Promise<Found[]> {
  const meter = await Meter.of(ports[service]);
  const random = new Random(seed);
  const effort = {
    variants: stage.amount(2, 1),
    steps: stage.amount(25, 2),
    batch: stage.amount(6, 4),
    finalists: stage.amount(2, 1),
  };
  const found: Found[] = [];
  let n = 0;
  for (const target of targets.filter((each) => each.service === service)) {
    const probe = new Probe(target, meter, () => n++);
    found.push({ ...(await findCostliest(probe, random, effort, CPU_MS)), probe });
    stage.progress(`${service}: ${target.name}`);
  }
  meter.close();
  return found;
}

/** Measures others during each route's input; in a quick run, only during the costliest with and without a hash. */
async function seeOthers(stage: Stage, platform: ProofPlatform, scene: Scene, found: Found[]): Promise<void> {
  const costliestFirst = found.toSorted((a, b) => b.cpuMs - a.cpuMs);
  const costliest = [costliestFirst.find((each) => !hashes(each)), costliestFirst.find(hashes)];
  const generator = await Generator.start(stage.folder);
  const others = new Others(generator, platform, scene);
  try {
    for (const each of stage.amount(found.length, 0) > 0 ? found : costliest) {
      if (!each) continue;
      each.effect = await others.during(each.probe, each.input, stage.amount(3, 5));
      stage.progress(`others during ${each.probe.target.name}`);
    }
  } finally {
    await generator.stop();
  }
}

/**
 * The median of the routes, compared with the same run without the costly requests. Hashing slows everybody down, so
 * its figure is only information.
 */
function waits(found: readonly Found[]): Figure[] {
  const seen = found.filter(({ effect }) => effect !== undefined);
  if (seen.length === 0) return [];
  const sum = (of: (effect: Effect) => number) => seen.reduce((all, { effect }) => all + (effect ? of(effect) : 0), 0);
  const mayBeRefused =
    REFUSED.times * sum(({ refusedWithout }) => refusedWithout) + REFUSED.share * sum(({ asked }) => asked);
  const each = EVERYBODY.flatMap((name) => {
    const without = median(seen.map(({ effect }) => effect?.without[name] ?? 0));
    const during = (all: readonly Found[]) => median(all.map(({ effect }) => effect?.with[name] ?? 0));
    return [
      info(`${name} p99 ms`, without),
      atMost('during a costly route', during(seen.filter((one) => !hashes(one))), without * WAIT.times + WAIT.plusMs),
      info('during hashes', during(seen.filter(hashes))),
    ];
  });
  return [
    atMost(
      'others refused',
      sum(({ refused }) => refused.length),
      Math.floor(mayBeRefused),
    ),
    ...each,
  ];
}
