import { existsSync, globSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { EVENT_TYPES, PRODUCERS } from '@app/events';
import type { Manifest } from '@app/service';
import { CONSUMERS, MANIFESTS, SERVICES } from '../../apps/manifests.js';
import { QUEUES } from '../../apps/queues.js';
import { circlesOf } from '../support/circles.js';

const manifests: readonly Manifest[] = SERVICES.map((name) => MANIFESTS[name]);
const graphOf = (services: readonly Manifest[]) =>
  Object.fromEntries(services.map(({ name, asks = {} }) => [name, Object.keys(asks)]));

/** Intended circles of commands, with their reason. */
const MEANT = {
  // An expired hold is settled by asking whether its order was placed; placing an order never waits for that.
  'orders products': 'products asks orders only in its sweeper',
};

/** The patterns of all handlers in the controllers of an app or a lib. */
async function handled(folder: string): Promise<unknown[]> {
  const files = globSync(`${folder}/src/**/*.controller.ts`);
  const modules = await Promise.all(files.map((file) => import(resolve(file)) as Promise<Record<string, unknown>>));
  return modules
    .flatMap((exported) => Object.values(exported))
    .filter((value): value is new () => object => typeof value === 'function')
    .flatMap((controller) => {
      const prototype = controller.prototype as Record<string, object>;
      return Object.getOwnPropertyNames(prototype).map((name) => prototype[name]);
    })
    .filter((method): method is object => typeof method === 'function')
    .flatMap((method) => (Reflect.getMetadata('microservices:pattern', method) as unknown[] | undefined) ?? []);
}

describe('the manifests', () => {
  it('are all listed, under the names of their folders', () => {
    const folders = readdirSync('apps').filter((app) => existsSync(`apps/${app}/src/${app}.manifest.ts`));
    expect([...SERVICES].sort()).toEqual(folders.sort());
    for (const name of SERVICES) expect(MANIFESTS[name].name).toBe(name);
  });

  it('number the services from 1, without a gap', () => {
    expect(manifests.map(({ number }) => number)).toEqual(manifests.map((_, index) => index + 1));
  });

  it('ask only commands that are answered', () => {
    for (const { name, asks = {} } of manifests)
      for (const [asked, patterns] of Object.entries(asks)) {
        const { answers = [] } = manifests.find((other) => other.name === asked) ?? {};
        expect([name, patterns.filter((pattern) => !answers.includes(pattern))]).toEqual([name, []]);
      }
  });

  it.each(manifests)('$name answers and hears what its controllers handle', async ({ name, hears, ...manifest }) => {
    const own = (await handled(`apps/${name}`)).flat();
    const commands = own.filter((pattern) => !isEvent(pattern));
    const outside = Object.values(manifest.onAws?.functions ?? {}).flatMap((own) => own.outside?.answers ?? []);
    expect(commands.sort()).toEqual([...(manifest.answers ?? []), ...outside].sort());
    const ofLibs = await handled('libs/sessions');
    const events = [...own.filter(isEvent), ...(hears?.includes('user.sessions-ended') ? ofLibs : [])];
    // Older spellings are mapped to one of these.
    expect(events.sort()).toEqual((hears ?? []).filter(isEvent).sort());
  });

  it('publish what the contracts say', () => {
    const publishing = manifests.filter(({ publishes }) => publishes).map(({ name }) => name);
    expect(publishing.sort()).toEqual([...PRODUCERS].sort());
  });

  it('ask in no circle except the intended ones', () => {
    expect(circlesOf(graphOf(manifests)).map((circle) => circle.sort().join(' '))).toEqual(Object.keys(MEANT));
  });

  it('would be reported in a circle', () => {
    const graph = { a: ['b'], b: ['c'], c: ['a'], d: ['a'], e: [] };
    expect(circlesOf(graph)).toEqual([['a', 'b', 'c']]);
  });
});

describe('the queues of the manifests', () => {
  it('keep dead letters longer than messages', () => {
    for (const app of CONSUMERS) expect(QUEUES[app].dlqRetentionSeconds).toBeGreaterThan(QUEUES[app].retentionSeconds);
  });

  it('bring every event to a consumer, except those that nobody needs yet', () => {
    const delivered = new Set<string>(CONSUMERS.flatMap((app) => QUEUES[app].events));
    const unheard = EVENT_TYPES.filter((type) => !delivered.has(type));
    expect(unheard).toEqual(['order.refunded', 'user.registered']);
  });

  it('stay within the 150 filter conditions of a subscription', () => {
    for (const app of CONSUMERS) expect(QUEUES[app].events.length).toBeLessThanOrEqual(150);
  });
});

const isEvent = (pattern: unknown): boolean => (EVENT_TYPES as readonly unknown[]).includes(pattern);
