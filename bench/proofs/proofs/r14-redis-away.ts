import { type RealServer } from '../../../test/support/process.js';
import { startRedis } from '../../../test/support/redis.js';
import { atMost, exactly, info, none } from '../frame/figures.js';
import { ask } from '../frame/http.js';
import { settle, sleep } from '../frame/load.js';
import type { Proof } from '../frame/proof.js';
import { Shop } from '../frame/shop.js';
import type { Stage } from '../frame/stage.js';

const PER_SECOND = 100;
const PRODUCTS = 50;
const NO_ANSWER_MS = 3_000;
const RETURN_MS = 5_000;

/** The responses of a phase, in the order of sending. */
interface Phase {
  failed: number;
  p99: number;
}

/** Redis is killed, and frozen, while customers view products. */
export const redisAway: Proof = {
  name: 'R14',
  alias: 'redis-away',
  failure: 'the catalog fails when Redis fails',
  mutants: ['redis-without-deadlines'],
  alone: true,
  async run(stage: Stage) {
    const seconds = stage.amount(10, 3);
    const rounds = stage.amount(3, 1);
    let frozen = false;
    let redis: RealServer = await startRedis();
    try {
      const platform = await stage.platform({
        services: ['users', 'products'],
        environment: { products: { REDIS_URL: redis.url } },
      });
      const shop = await Shop.open(platform);
      const products: number[] = [];
      while (products.length < PRODUCTS) products.push(await shop.product(5));
      const visitors = new Visitors(platform.services.products.url, products);
      const phases: Record<'normal' | 'killed' | 'frozen', Phase[]> = { normal: [], killed: [], frozen: [] };
      const returns: number[] = [];
      await visitors.browse(seconds / 3);
      for (let round = 0; round < rounds; round++) {
        phases.normal.push(await visitors.browse(seconds));
        process.kill(redis.pid, 'SIGKILL');
        phases.killed.push(await visitors.browse(seconds));
        await redis.stop();
        redis = await startRedis({ port: redis.port });
        returns.push(await visitors.untilHits());
        phases.normal.push(await visitors.browse(seconds));
        process.kill(redis.pid, 'SIGSTOP');
        frozen = true;
        phases.frozen.push(await visitors.browse(seconds));
        process.kill(redis.pid, 'SIGCONT');
        frozen = false;
        returns.push(await visitors.untilHits());
        stage.progress(`${round + 1} of ${rounds} rounds`);
      }
      const normal = median(phases.normal.map(({ p99 }) => p99));
      const all = Object.values(phases).flat();
      // One round says little about times on a shared machine.
      const p99 = (label: string, of: Phase[]) =>
        rounds > 1
          ? atMost(label, median(of.map((phase) => phase.p99)), Math.round(normal + 100))
          : info(label, median(of.map((phase) => phase.p99)));
      return [
        exactly('outages', returns.length, 2 * rounds),
        none(
          'answers 5xx or none',
          all.reduce((sum, { failed }) => sum + failed, 0),
        ),
        info('p99 normal, ms', normal),
        p99('p99 killed, ms', phases.killed),
        p99('p99 frozen, ms', phases.frozen),
        atMost('hits return after ms', Math.max(...returns), RETURN_MS),
      ];
    } finally {
      if (frozen) process.kill(redis.pid, 'SIGCONT');
      await redis.stop();
    }
  },
};

/** Request products, stock and lists at a steady rate, whether or not they are answered. */
class Visitors {
  constructor(
    private readonly url: string,
    private readonly products: readonly number[],
  ) {}

  async browse(seconds: number): Promise<Phase> {
    const visits: Promise<number>[] = [];
    const began = performance.now();
    for (let n = 0; n < seconds * PER_SECOND; n++) {
      await sleep(Math.max(0, began + (n * 1_000) / PER_SECOND - performance.now()));
      visits.push(this.visit(n));
    }
    const times = (await Promise.all(visits)).toSorted((a, b) => a - b);
    const answered = times.filter(Number.isFinite);
    return { failed: times.length - answered.length, p99: answered[Math.floor(answered.length * 0.99)] ?? Infinity };
  }

  /** Milliseconds until a product is a hit again. */
  async untilHits(): Promise<number> {
    const began = performance.now();
    const path = `${this.url}/products/${this.products[0]}`;
    const origin = async () => (await ask(path)).headers['x-cache'];
    await settle(4 * RETURN_MS, origin, (from) => from === 'HIT');
    return Math.round(performance.now() - began);
  }

  /** The duration, or infinity without an answer. */
  private async visit(n: number): Promise<number> {
    const product = this.products[(n * 7) % this.products.length];
    const paths = [`/products/${product}`, `/products/${product}/inventory`, `/products?page_size=20&ids=${product}`];
    const began = performance.now();
    try {
      const { status } = await ask(`${this.url}${paths[n % paths.length]}`, { timeoutMs: NO_ANSWER_MS });
      return status < 500 ? performance.now() - began : Infinity;
    } catch {
      return Infinity;
    }
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
