import { Redis } from 'ioredis';
import { randomUUID } from 'node:crypto';
import { startRedis } from '../../../test/support/redis.js';
import { atMost, exactly, info } from '../frame/figures.js';
import { ask } from '../frame/http.js';
import type { Proof } from '../frame/proof.js';
import { Shop } from '../frame/shop.js';
import type { Stage } from '../frame/stage.js';

const REQUESTS = 50;
/** Processes started at the same time. */
const AT_ONCE = 4;

/** Many processes get requests at once for a product, and for a list, that is not cached yet. */
export const stampede: Proof = {
  name: 'R12',
  alias: 'stampede',
  failure: 'a cold key is loaded by everybody at once',
  mutants: ['lease-for-everybody'],
  alone: true,
  async run(stage: Stage) {
    const processes = stage.amount(20, 4);
    const rounds = stage.amount(10, 3);
    const coldKeys = 2 * rounds;
    const server = await startRedis();
    const environment = { REDIS_URL: server.url, DATABASE_POOL_SIZE: '2', OUTBOX_SWEEP: '1m', SWEEP_INTERVAL: '0' };
    const platform = await stage.platform({
      services: ['users', 'products'],
      preloads: ['preloads/counted-loads'],
      environment: { products: environment },
    });
    const urls = [platform.services.products.url];
    while (urls.length < processes) {
      const starting = Array.from({ length: Math.min(AT_ONCE, processes - urls.length) }, () =>
        platform.another('products'),
      );
      urls.push(...(await Promise.all(starting)).map(({ url }) => url));
      stage.progress(`${urls.length} of ${processes} processes`);
    }
    const shop = await Shop.open(platform);
    const redis = new Redis(server.url);
    let answered = 0;
    const everybody = async (path: string) => {
      const asked = urls.flatMap((url) => Array.from({ length: REQUESTS }, () => ask(`${url}${path}`)));
      answered += (await Promise.all(asked)).filter(({ status }) => status === 200).length;
    };
    await redis.del('proof:leases', 'proof:loads', 'proof:bypasses');
    for (let round = 0; round < rounds; round++) {
      const product = await shop.product(1);
      // A write reads its row back, which is not a load of the cache.
      await redis.decr('proof:loads');
      await everybody(`/products/${product}`);
      await everybody(`/products?sku=${randomUUID()}`);
      stage.progress(`${round + 1} of ${rounds} rounds`);
    }
    const counts = await redis.mget('proof:leases', 'proof:loads', 'proof:bypasses');
    const [leases = 0, loads = 0, bypasses = 0] = counts.map(Number);
    redis.disconnect();
    await server.stop();
    return [
      exactly('answers', answered, 2 * rounds * processes * REQUESTS),
      // Without an answer from Redis in 50 ms there is no lease: each process loads once, as during an outage of Redis.
      atMost('loads with Redis', loads - bypasses, leases),
      // A lease that expires before its loader has stored is granted again.
      atMost('leases', leases, 2 * coldKeys),
      info('loads without Redis in time', bypasses),
      info('cold keys', coldKeys),
      info('processes', processes),
    ];
  },
};
