import { startRedis } from '../../../test/support/redis.js';
import { atMost, exactly, type Figure, none } from '../frame/figures.js';
import { ask } from '../frame/http.js';
import { settle } from '../frame/load.js';
import type { ProofPlatform } from '../frame/platform.js';
import type { Proof } from '../frame/proof.js';
import type { Stage } from '../frame/stage.js';

const ANSWER_MS = 2_000;
const RETURN_MS = 20_000;

/** The services that depend on each part. */
const USES = {
  redis: ['users', 'products', 'orders'],
  queue: ['products', 'orders', 'notifier'],
  database: ['users', 'products', 'orders', 'notifier'],
} as const;
type Part = keyof typeof USES;

interface Probe {
  status: number;
  state: unknown;
  ms: number;
}

/** Each part that the services depend on is killed, and frozen, while their health is polled. */
export const health: Proof = {
  name: 'R20',
  alias: 'health',
  failure: 'health lies',
  mutants: ['everything-critical', 'health-without-deadlines', 'database-not-asked'],
  alone: true,
  async run(stage) {
    const redis = await startRedis();
    let redisNow = redis;
    const environment = { REDIS_URL: redis.url };
    try {
      const platform = await stage.platform({
        environment: { users: environment, products: environment, orders: environment },
        links: ['aws'],
      });
      const { database } = stage.servers;
      const outages: Record<string, [Part, () => unknown, () => unknown]> = {
        'Redis killed': [
          'redis',
          () => process.kill(redis.pid, 'SIGKILL'),
          async () => (redisNow = await startRedis({ port: redis.port })),
        ],
        'Redis frozen': [
          'redis',
          () => process.kill(redisNow.pid, 'SIGSTOP'),
          () => process.kill(redisNow.pid, 'SIGCONT'),
        ],
        'queue refused': ['queue', () => platform.links.aws.set('refuse'), () => platform.links.aws.set('none')],
        'queue silent': ['queue', () => platform.links.aws.set('black-hole'), () => heal(platform)],
        'database killed': ['database', () => process.kill(database.pid, 'SIGKILL'), () => database.restart()],
        'database frozen': [
          'database',
          () => process.kill(database.pid, 'SIGSTOP'),
          () => process.kill(database.pid, 'SIGCONT'),
        ],
      };
      const figures: Figure[] = [];
      for (const [name, [part, begin, end]] of Object.entries(outages)) {
        figures.push(...(await outage(stage, platform, { name, part, begin, end })));
      }
      return figures;
    } finally {
      process.kill(stage.servers.database.pid, 'SIGCONT');
      if (redisNow !== redis) await redisNow.stop();
      await redis.stop();
    }
  },
};

/** Data sent into a black hole never arrives, so connections must be opened again. */
function heal({ links }: ProofPlatform): void {
  links.aws.set('none');
  links.aws.cut();
}

interface Outage {
  name: string;
  part: Part;
  begin: () => unknown;
  end: () => unknown;
}

/** Polls every service before and during the outage, until it tells of it, and after it. */
async function outage(stage: Stage, platform: ProofPlatform, { name, part, begin, end }: Outage): Promise<Figure[]> {
  stage.progress(name);
  const services = USES[part].map((service) => platform.services[service].url);
  const all = USES.database.map((service) => platform.services[service].url);
  const [state, status] = part === 'database' ? [undefined, 503] : ['degraded', 200];
  const isWell = (probe: Probe) => probe.status === 200 && probe.state === 'ok';
  const notWellBefore = (await untilAll(all, isWell)).filter((probe) => !isWell(probe)).length;
  await begin();
  const out = performance.now();
  const isTold = (probe: Probe) => probe.status === status && probe.state === state;
  const tells = async (url: string): Promise<Probe> => {
    const last = await settle(ANSWER_MS, () => probe(`${url}/health/ready`), isTold);
    return { ...last, ms: performance.now() - out };
  };
  const during = await Promise.all(services.map(tells));
  const lives = await Promise.all(all.map((url) => probe(`${url}/health/live`)));
  await end();
  const began = performance.now();
  const after = await untilAll(all, isWell);
  return [
    none(`${name}: not ready before`, notWellBefore),
    exactly(`ready ${status}${state === undefined ? '' : ` ${state}`}`, during.filter(isTold).length, services.length),
    atMost('after ms', Math.round(Math.max(...during.map(({ ms }) => ms))), ANSWER_MS),
    exactly('live 200', lives.filter(isWell).length, all.length),
    atMost('after ms', Math.round(Math.max(...lives.map(({ ms }) => ms))), ANSWER_MS),
    atMost(
      'ready again after ms',
      after.every(isWell) ? Math.round(performance.now() - began) : Number.POSITIVE_INFINITY,
      RETURN_MS,
    ),
  ];
}

const untilAll = (urls: readonly string[], wanted: (probe: Probe) => boolean): Promise<Probe[]> =>
  settle(
    RETURN_MS,
    () => Promise.all(urls.map((url) => probe(`${url}/health/ready`))),
    (probes) => probes.every(wanted),
  );

async function probe(url: string): Promise<Probe> {
  const began = performance.now();
  const { status, state } = await ask(url, { timeoutMs: 30_000 }).then(
    ({ status, body }) => ({ status, state: status === 200 ? body['status'] : undefined }),
    () => ({ status: 0, state: undefined }),
  );
  return { status, state, ms: performance.now() - began };
}
