import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { printCosts } from '../orders/costs.js';
import { startEmptyCloud } from '../orders/empty-cloud.js';
import { fire, type Shot } from '../orders/load.js';
import { judge, NOISE, runRounds, WARM_UP_SECONDS } from '../orders/rounds.js';
import { endServices, stand } from '../orders/sides.js';
import { Servers } from '../proofs/frame/servers.js';
import { changeAny, CONNECTIONS, platformSide, rawSide, type Side } from './sides.js';

const LEAST = 0.6;

type Sides = Record<'platform' | 'raw', Side>;

interface CartBenchOptions {
  rounds: number;
  seconds: number;
  noise: number;
  profile: string | undefined;
}

/** Changes of guests' carts against the same statements done raw. Returns whether all were made and the ratio is reached. */
export async function benchCarts(args: string[]): Promise<boolean> {
  const options = optionsOf(args);
  const folder = mkdtempSync(join(tmpdir(), 'bench-carts-'));
  const [servers, cloud] = await Promise.all([Servers.start({ durable: true }), startEmptyCloud()]);
  console.log(`On ${servers.database.name}.`);
  const at = (name: string) => ({ folder: join(folder, name), cloud, profileFolder: options.profile });
  const others = await stand(servers, at('raw'));
  const raw = await rawSide(others, at('raw'));
  const ours = await stand(servers, at('platform'));
  const sides: Sides = { platform: await platformSide(ours), raw };
  await assertSameAnswers(sides);
  const isGood = await compare(sides, options);
  const costed = Object.entries(shots(sides, options.seconds)).map(
    ([name, shoot]) => [name, { shoot, processes: sides[name as keyof Sides].processes }] as const,
  );
  const [database, server] = [ours.platform.databases, servers.database.pid];
  const isProfiled = options.profile !== undefined;
  await printCosts(Object.fromEntries(costed), { unit: 'change', database, server, profiled: isProfiled });
  await endServices(ours.platform);
  await Promise.all([ours.platform.close(), others.platform.close()]);
  await servers.stop();
  rmSync(folder, { recursive: true, force: true });
  return isGood;
}

function optionsOf(args: string[]): CartBenchOptions {
  const isQuick = args.includes('--quick');
  const { values } = parseArgs({
    args: args.filter((arg) => arg !== '--quick'),
    options: {
      rounds: { type: 'string', default: isQuick ? '4' : '10' },
      seconds: { type: 'string', default: isQuick ? '1' : '2' },
      noise: { type: 'string', default: NOISE },
      profile: { type: 'string' },
    },
  });
  const { rounds, seconds, noise, profile } = values;
  return { rounds: Number(rounds), seconds: Number(seconds), noise: Number(noise), profile };
}

function shots({ platform, raw }: Sides, seconds: number): Record<keyof Sides, () => Promise<Shot>> {
  const shoot = (side: Side) => () =>
    fire(CONNECTIONS, seconds, async (agent, client) => (await changeAny(side, client, agent)).status < 300);
  return { platform: shoot(platform), raw: shoot(raw) };
}

async function compare(sides: Sides, { seconds, ...options }: CartBenchOptions): Promise<boolean> {
  for (const warmUp of Object.values(shots(sides, WARM_UP_SECONDS))) await warmUp();
  const { rates, failures, noisy } = await runRounds(shots(sides, seconds), options);
  const { isReached, parts } = judge(rates, LEAST);
  const noise = `${noisy} noisy rounds thrown away`;
  const failed = failures > 0 ? [`FAILURES ${failures}`] : [];
  console.log(`a cart change, ${CONNECTIONS} connections: ${[...parts, noise, ...failed].join('; ')}`);
  return failures === 0 && isReached;
}

/** @throws Error unless both sides answer with the same fields, which is what they are compared for. */
async function assertSameAnswers({ platform, raw }: Sides): Promise<void> {
  const [own, others] = [await changeAny(platform, 0), await changeAny(raw, 0)].map(({ body }) => shapeOf(body));
  if (!isDeepStrictEqual(own, others))
    throw new Error(`The sides answer differently: ${JSON.stringify(own)} and ${JSON.stringify(others)}`);
}

function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shapeOf);
  if (value === null || typeof value !== 'object') return typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, shapeOf(each)]));
}
