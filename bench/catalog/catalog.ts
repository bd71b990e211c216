import { writeFileSync } from 'node:fs';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { freePorts } from '../../apps/local/src/embedded/ports.js';
import { startChild } from '../proofs/frame/child.js';
import { ask } from '../proofs/frame/http.js';
import type { ProofPlatform } from '../proofs/frame/platform.js';
import { settle } from '../proofs/frame/load.js';
import { Servers } from '../proofs/frame/servers.js';
import { Stage } from '../proofs/frame/stage.js';
import { type Contender, duel, type Outcome } from './duel.js';
import { hitRate } from './hit-rate.js';
import { benchMillion } from './million.js';
import { fillProducts } from './products-table.js';
import { chart, gainTable, ratioTable } from './report.js';
import { scenarios } from './scenarios.js';

const PRODUCTS = 10_000;
const HIT_RATE_MUST = 0.9;
const EXPECTED = 'expected of Redis: 85–90 % faster, 80 % less database load, hit rate over 80 %, 8 × throughput';

export interface CatalogBenchOptions {
  quick: boolean;
  /** `ratios`, `visitors`, `million`, or a part of a scenario's name. */
  only?: string | undefined;
  chartFile: string;
}

/** The products service against the raw reference: same data, same answers, same machine, interleaved rounds. */
export async function benchCatalog(
  servers: Servers,
  { quick, only = '', chartFile }: CatalogBenchOptions,
): Promise<boolean> {
  const stage = new Stage(servers, { name: 'catalog', quick });
  try {
    const databaseUrl = `${servers.database.url}/bench_products`;
    const environment = {
      DATABASE_URL: databaseUrl,
      REDIS_URL: `${servers.redis.url}/1`,
      LOG_LEVEL: 'info',
      SWEEP_INTERVAL: '0',
    };
    const platform = await stage.platform({ services: ['products'], environment: { products: environment } });
    await fillProducts(databaseUrl, PRODUCTS, (text) => stage.progress(text));
    const results = [
      await ratios(stage, platform, { databaseUrl, redisUrl: environment.REDIS_URL, quick, only, chartFile }),
    ];
    if (only === '' || only === 'visitors') results.push(await visitors(platform.services.products.url, quick));
    // Loading it takes longer than the rest of a quick run.
    if (only === 'million' || (only === '' && !quick)) {
      const own = { databaseUrl: `${servers.database.url}/bench_million`, redisUrl: `${servers.redis.url}/3` };
      const { url } = await platform.another('products', { DATABASE_URL: own.databaseUrl, REDIS_URL: own.redisUrl });
      const report = (text: string) => stage.progress(text);
      results.push(await benchMillion({ ...own, url, report }, { rounds: quick ? 2 : 5 }));
    }
    return results.every(Boolean);
  } finally {
    await stage.close();
  }
}

interface RatioOptions extends CatalogBenchOptions {
  only: string;
  databaseUrl: string;
  redisUrl: string;
}

async function ratios(
  stage: Stage,
  platform: ProofPlatform,
  { databaseUrl, redisUrl, quick, only, chartFile }: RatioOptions,
): Promise<boolean> {
  const wanted = scenarios(PRODUCTS).filter(({ name }) => only === 'ratios' || name.includes(only));
  if (wanted.length === 0) return true;
  const tier = await platform.another('products', { LOCAL_CACHE_TTL: '1s' });
  const raw = await startRaw(databaseUrl, redisUrl.replace(/1$/, '2'));
  const own = { url: platform.services.products.url, redisUrl };
  await sameAnswers(raw.url, own.url);
  const options = quick ? { rounds: 5, seconds: 1, misses: 1_000 } : { rounds: 5, seconds: 4, misses: 4_000 };
  const statements = () => executed(databaseUrl);
  const outcomes: Outcome[] = [];
  for (const scenario of wanted) {
    const contenders = { raw, own: scenario.tier ? { ...own, url: tier.url } : own };
    outcomes.push(await duel(scenario, contenders, statements, options));
    stage.progress(scenario.name);
  }
  console.log(`\n${ratioTable(outcomes)}\n\n${gainTable(outcomes)}\n${EXPECTED}\n`);
  writeFileSync(chartFile, chart(outcomes));
  console.log(`The chart is in ${chartFile}.`);
  return outcomes.every(({ ratio, scenario, raw, own }) => ratio >= scenario.must && raw.failed + own.failed === 0);
}

/** A quick run is shorter than the lifetime of a cached product, so it prints the rate without judging it. */
async function visitors(url: string, quick: boolean): Promise<boolean> {
  const [warmUp, seconds] = quick ? [5, 5] : [60, 300];
  const rate = await hitRate(url, PRODUCTS, warmUp, seconds);
  const share = `${(rate * 100).toFixed(1)} %`;
  console.log(
    `hit rate, Zipf(1.0) over ${PRODUCTS}, 1,000 requests/s, ${seconds} s after ${warmUp} s of warm-up: ${share}` +
      (quick ? ' (a lifetime is 300 s: run it without --quick)' : ` (must ${HIT_RATE_MUST * 100} %, goal 95 %)`),
  );
  return quick || rate >= HIT_RATE_MUST;
}

async function startRaw(databaseUrl: string, redisUrl: string): Promise<Contender> {
  const [port = 0] = await freePorts(1);
  startChild({
    program: 'bench/catalog/raw-server.js',
    environment: { DATABASE_URL: databaseUrl, REDIS_URL: redisUrl, PORT: String(port) },
    logFile: '/dev/null',
  });
  const url = `http://127.0.0.1:${port}`;
  const answers = () =>
    ask(`${url}/products/1`).then(
      () => true,
      () => false,
    );
  if (!(await settle(10_000, answers, Boolean))) throw new Error('The raw reference did not start.');
  return { url, redisUrl };
}

/** Statements executed by the database server since its start. */
async function executed(databaseUrl: string): Promise<number> {
  const connection = await createConnection(databaseUrl);
  const [[row]] = await connection.query<RowDataPacket[]>("SHOW GLOBAL STATUS LIKE 'Com_stmt_execute'");
  await connection.end();
  return Number(row?.['Value']);
}

/** The comparison is fair only if the answers are the same. */
async function sameAnswers(raw: string, own: string): Promise<void> {
  for (const path of ['/products/17', '/products?sort=price&page_size=20&min_price=50.00']) {
    const [theirs, ours] = await Promise.all([ask(raw + path), ask(own + path)]);
    if (JSON.stringify(theirs.body) !== JSON.stringify(ours.body))
      throw new Error(`The raw reference answers ${path} differently.`);
  }
}
