import { calibrate, median } from '../catalog/shots.js';
import { fillProducts } from '../catalog/products-table.js';
import { ask } from '../proofs/frame/http.js';
import type { Servers } from '../proofs/frame/servers.js';
import { Stage } from '../proofs/frame/stage.js';
import { Generator, httpRequest } from '../proofs/generator/phase.js';

const PRODUCTS = 200;
const CONNECTIONS = 32;
const MUST = 0.9;
/** Many short rounds, so that other load on the machine affects both sides equally. */
const SECONDS = 0.5;
const WARM_UP_SECONDS = 5;
/** Rounds in which the machine was busier than this factor of the quietest round are left out. */
const QUIET = 1.25;

/** Measures the cost of a log line and a metric per request: product hits with both and with neither, in turns. */
export async function benchObservability(servers: Servers, { quick }: { quick: boolean }): Promise<boolean> {
  const stage = new Stage(servers, { name: 'observability', quick });
  const generator = await Generator.start(stage.folder);
  try {
    const databaseUrl = `${servers.database.url}/bench_observability`;
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
    const rounds = quick ? 30 : 100;
    const requests = Array.from({ length: PRODUCTS }, (_, n) => httpRequest('GET', `/products/${n + 1}`));
    const hit = async (url: string, seconds: number) => {
      const kind = { name: 'hit', port: Number(new URL(url).port), requests, times: 1 };
      const [results] = await generator.run([{ seconds, kinds: [kind], clients: CONNECTIONS }]);
      const { samples = [] } = results?.['hit'] ?? {};
      const failed = samples.filter(({ status }) => status !== 200).length;
      if (failed > 0 || samples.length === 0) throw new Error(`${failed} of ${samples.length} requests failed.`);
      return samples.length / seconds;
    };
    for (const url of Object.values(urls)) await hit(url, WARM_UP_SECONDS);
    const measured: { noise: number; with: number; without: number }[] = [];
    for (let n = 0; n < rounds; n++) {
      const round = { noise: calibrate(), with: 0, without: 0 };
      for (const side of n % 2 === 0 ? (['with', 'without'] as const) : (['without', 'with'] as const))
        round[side] = await hit(urls[side], SECONDS);
      measured.push(round);
      stage.progress(`${n + 1} of ${rounds} rounds: ${(round.with / round.without).toFixed(3)}`);
    }
    const quietest = Math.min(...measured.map(({ noise }) => noise));
    const kept = measured.filter(({ noise }) => noise <= quietest * QUIET);
    const ratio = median(kept.map((round) => round.with / round.without));
    const [on, off] = [median(kept.map((round) => round.with)), median(kept.map((round) => round.without))];
    console.log(
      `product hits/s with a line and a measurement each ${Math.round(on)}, with neither ${Math.round(off)}: ` +
        `ratio ${ratio.toFixed(2)} (must ${MUST.toFixed(2)}), ${kept.length} of ${rounds} rounds of ${SECONDS} s, ${CONNECTIONS} connections`,
    );
    return ratio >= MUST;
  } finally {
    await generator.stop();
    await stage.close();
  }
}

/** Checks that the two processes really differ. */
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
