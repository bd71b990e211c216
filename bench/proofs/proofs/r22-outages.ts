import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { CONSUMERS } from '../../../apps/manifests.js';
import { startRedis } from '../../../test/support/redis.js';
import { Buyers } from '../frame/buyers.js';
import { atLeast, atMost, type Figure, info, none } from '../frame/figures.js';
import { settle, sleep, underLoad } from '../frame/load.js';
import type { ProofPlatform } from '../frame/platform.js';
import type { Proof } from '../frame/proof.js';
import { Shop } from '../frame/shop.js';
import type { Stage } from '../frame/stage.js';

/** Not shortened for e-mails in a quick run: without the guard, the failure needs this time to show. */
const AWAY_MS = 60_000;
const MAIL = 'SES';
const BUYERS = 4;
const PAUSE_MS = 500;
/** The duration of the load after the return. */
const AFTER_MS = 5_000;
const DELIVERED_SECONDS = 90;
const PUBLISHERS = ['users', 'products', 'orders'] as const;

type Outage = [name: string, begin: () => unknown, end: () => unknown];

/** Each part that the platform needs fails for a minute while customers order, and returns. */
export const outages: Proof = {
  name: 'R22',
  alias: 'outages',
  failure: 'an outage loses data, or its effects outlast it',
  mutants: ['outages-use-up-receives'],
  alone: true,
  async run(stage: Stage) {
    const redis = await startRedis();
    const asReplica = new Redis({ port: redis.port, host: '127.0.0.1' });
    try {
      const environment = { PROOF_FAULTS: stage.folder, REDIS_URL: redis.url };
      const platform = await stage.platform({
        environment: { users: environment, products: environment, orders: environment, notifier: environment },
        preloads: ['preloads/faults'],
        links: ['database', 'aws', 'queue', 'mail'],
        byName: true,
      });
      const shop = await Shop.open(platform);
      const figures: Figure[] = [];
      for (const outage of outagesOf(stage, platform, asReplica))
        figures.push(...(await observed(stage, platform, shop, outage)));
      return figures;
    } finally {
      await stage.servers.database.setReadOnly(false);
      asReplica.disconnect();
      await redis.stop();
    }
  },
};

function outagesOf(stage: Stage, { links }: ProofPlatform, redis: Redis): Outage[] {
  const fault = (name: string) => join(stage.folder, name);
  const { database } = stage.servers;
  const all: Outage[] = [
    [MAIL, () => links.mail.leave(), () => links.mail.comeBack()],
    ['SNS', () => links.aws.leave(), () => links.aws.comeBack()],
    ['SQS', () => links.queue.leave(), () => links.queue.comeBack()],
    [
      'DNS',
      async () => {
        writeFileSync(fault('names'), '');
        // An open connection would hide that no host name resolves.
        await sleep(500);
        for (const link of ['database', 'aws', 'queue', 'mail'] as const) links[link].cut();
      },
      () => rmSync(fault('names')),
    ],
    ['clock an hour back', () => writeFileSync(fault('clock'), ''), () => rmSync(fault('clock'))],
    ['database read-only', () => database.setReadOnly(true), () => database.setReadOnly(false)],
    ['Redis demoted', () => redis.replicaof('127.0.0.1', 1), () => redis.replicaof('NO', 'ONE')],
  ];
  // The switched-off guard affects only the first.
  return stage.mutants.length > 0 ? all.slice(0, 1) : all;
}

async function observed(
  stage: Stage,
  platform: ProofPlatform,
  shop: Shop,
  [name, begin, end]: Outage,
): Promise<Figure[]> {
  stage.progress(name);
  const customer = await shop.customer();
  const product = await shop.product(1_000_000);
  const buyers = new Buyers(shop, customer, () => [[product, 1]]);
  const before = pidsOf(platform);
  let returned = 0;
  await underLoad(
    BUYERS,
    async () => {
      await buyers.buy();
      await sleep(PAUSE_MS);
    },
    async () => {
      await sleep(2_000);
      await begin();
      await sleep(stage.amount(AWAY_MS, name === MAIL ? AWAY_MS : 20_000));
      await end();
      returned = performance.now();
      await sleep(AFTER_MS);
    },
  );
  // Waits longer than promised, to report the duration or what is missing.
  const left = await settle(
    2 * DELIVERED_SECONDS * 1_000,
    () => undelivered(platform, buyers),
    (count) => count === 0,
    500,
  );
  const seconds = (performance.now() - returned) / 1_000;
  return [
    atLeast(`${name}: orders`, buyers.acknowledged.size, 1),
    ...refusals(buyers),
    none('lost', await lost(platform, buyers)),
    none('not delivered', left),
    atMost('all delivered, s after the return', left === 0 ? seconds : Infinity, DELIVERED_SECONDS),
    none('dead letters', await deadLetters(platform)),
    none('restarts', before.filter((pid, index) => pid !== pidsOf(platform)[index]).length),
  ];
}

/** The buyers' refusals: 503 promises to be available again, other 5xx do not. */
function refusals({ outcomes }: Buyers): Figure[] {
  const count = (wanted: (outcome: string) => boolean) =>
    [...outcomes].filter(([outcome]) => wanted(outcome)).reduce((sum, [, times]) => sum + times, 0);
  return [
    info(
      '503',
      count((outcome) => outcome === '503'),
    ),
    none(
      'other 5xx',
      count((outcome) => /^5/.test(outcome) && outcome !== '503'),
    ),
    none(
      'no answer',
      count((outcome) => !/^\d+$/.test(outcome)),
    ),
  ];
}

async function lost({ databases }: ProofPlatform, { acknowledged }: Buyers): Promise<number> {
  const rows = await databases.rows<{ order_ref: string }>('orders', 'SELECT order_ref FROM orders');
  const stored = new Set(rows.map(({ order_ref }) => order_ref));
  return [...acknowledged].filter((ref) => !stored.has(ref)).length;
}

/** Unpublished events, unconsumed messages and missing confirmations. */
async function undelivered({ databases, wire }: ProofPlatform, { acknowledged }: Buyers): Promise<number> {
  const unsent = PUBLISHERS.map((service) =>
    databases.number(service, 'SELECT COUNT(*) FROM outbox WHERE sent_at IS NULL'),
  );
  const waiting = CONSUMERS.map(async (app) => {
    const { visible, hidden } = await wire.depth(app);
    return visible + hidden;
  });
  const missing = await missingConfirmations(databases, wire, acknowledged);
  return [...(await Promise.all([...unsent, ...waiting])), missing].reduce((sum, count) => sum + count, 0);
}

async function missingConfirmations(
  databases: ProofPlatform['databases'],
  wire: ProofPlatform['wire'],
  acknowledged: ReadonlySet<string>,
): Promise<number> {
  const rows = await databases.rows<{ event_id: string; order_ref: string }>(
    'orders',
    `SELECT event_id, JSON_UNQUOTE(JSON_EXTRACT(envelope, '$.payload.order_ref')) AS order_ref
     FROM outbox WHERE event_type = 'order.created'`,
  );
  const confirmed = new Set(
    wire.emails().flatMap(({ tags }) => (tags['template'] === 'order-confirmation' ? [tags['event_id']] : [])),
  );
  const confirmedOrders = new Set(
    rows.flatMap(({ event_id, order_ref }) => (confirmed.has(event_id) ? [order_ref] : [])),
  );
  return [...acknowledged].filter((ref) => !confirmedOrders.has(ref)).length;
}

async function deadLetters({ wire }: ProofPlatform): Promise<number> {
  const depths = await Promise.all(CONSUMERS.map((app) => wire.deadLetters(app)));
  return depths.reduce((sum, { visible, hidden }) => sum + visible + hidden, 0);
}

/** -1 for a process that has ended. */
const pidsOf = ({ services }: ProofPlatform) =>
  Object.values(services).map((service) => (service.isDead ? -1 : service.pid));
