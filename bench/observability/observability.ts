import { calibrate, median, shoot } from '../catalog/shots.js';
import { fillProducts } from '../catalog/products-table.js';
import { ask } from '../proofs/frame/http.js';
import type { Servers } from '../proofs/frame/servers.js';
import { Stage } from '../proofs/frame/stage.js';

const PRODUCTS = 200;
const CONNECTIONS = 32;
const MUST = 0.9;
/** Of the quietest round's: rounds in which the machine was busier are left out. */
const QUIET = 1.25;

/** What a line per request and its measurement cost: the same product hits with both, and with neither, round by round. */
export async function benchObservability(servers: Servers, { quick }: { quick: boolean }): Promise<boolean> {
  const stage = new Stage(servers, { name: 'observability', quick });
  try {
    const databaseUrl = `${servers.mariadb.url}/bench_observability`;
    const environment = { DATABASE_URL: databaseUrl, REDIS_URL: `${servers.redis.url}/3`, LOG_LEVEL: 'info' };
    const platform = await stage.platform({
      services: ['products'],
      environment: { products: environment },
      preloads: ['preloads/without-metrics'],
    });
    const neither = await platform.another('products', { LOG_LEVEL: 'error', BENCH_WITHOUT_METRICS: 'yes' });
    await fillProducts(databaseUrl, PRODUCTS, (text) => stage.progress(text));
    const urls = { with: platform.services.products.url, without: neither.url };
    await sameButForMetrics(urls);
    const { rounds, seconds } = quick ? { rounds: 5, seconds: 2 } : { rounds: 11, seconds: 5 };
    const hit = async (url: string, length: number) => {
      const path = (n: number) => `/products/${1 + (n % PRODUCTS)}`;
      const { perSecond, failed } = await shoot(url, { connections: CONNECTIONS, seconds: length, path });
      if (failed > 0) throw new Error(`${failed} requests failed.`);
      return perSecond;
    };
    for (const url of Object.values(urls)) await hit(url, 2);
    const measured: { noise: number; with: number; without: number }[] = [];
    for (let n = 0; n < rounds; n++) {
      const round = { noise: calibrate(), with: 0, without: 0 };
      for (const side of n % 2 === 0 ? (['with', 'without'] as const) : (['without', 'with'] as const))
        round[side] = await hit(urls[side], seconds);
      measured.push(round);
      stage.progress(`${n + 1} of ${rounds} rounds: ${(round.with / round.without).toFixed(3)}`);
    }
    const quietest = Math.min(...measured.map(({ noise }) => noise));
    const kept = measured.filter(({ noise }) => noise <= quietest * QUIET);
    const ratio = median(kept.map((round) => round.with / round.without));
    const [on, off] = [median(kept.map((round) => round.with)), median(kept.map((round) => round.without))];
    console.log(
      `product hits/s with a line and a measurement each ${Math.round(on)}, with neither ${Math.round(off)}: ` +
        `ratio ${ratio.toFixed(2)} (must ${MUST.toFixed(2)}), ${kept.length} of ${rounds} rounds of ${seconds} s, ${CONNECTIONS} connections`,
    );
    return ratio >= MUST;
  } finally {
    await stage.close();
  }
}

/** A comparison of a process with itself would be none. */
async function sameButForMetrics(urls: Record<'with' | 'without', string>): Promise<void> {
  const [counted, uncounted] = await Promise.all(
    [urls.with, urls.without].map(async (url) => {
      await ask(`${url}/products/1`);
      return (await fetch(`${url}/metrics`)).text();
    }),
  );
  if (!counted?.includes('http_request_seconds_count') || uncounted?.includes('http_request_seconds_count{'))
    throw new Error('One process must count its requests, and the other must not.');
}
