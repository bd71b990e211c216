import { Redis } from 'ioredis';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { columns } from '../../apps/ops/src/context/table.js';
import { ask } from '../proofs/frame/http.js';
import { fillProducts } from './products-table.js';
import { median, percentile } from './shots.js';

export const MILLION = 1_000_000;
/** How long a list may run in the database. */
const LIST_MS = 250;
/** Time outside the database: HTTP, Redis, and an interruption that the server notices late. */
const OVERHEAD_MS = 100;
const DEPTH = 990_000;
const DEPTH_MUST = 1.5;
/** The memory of a small database instance. */
const BUFFER_POOL = 1_073_741_824;
const SORTS = ['name', '-name', 'price', '-price', 'created_at', '-created_at'];
/** The default order of a search. */
const RELEVANCE = 'relevance';
/** Factor: the p99 is printed, which needs more rounds. */
const RELEVANCE_ROUNDS = 20;

/** Usual filters and costly ones; `n` differs from one request to the next. */
const FILTERS: Record<string, (n: number) => string> = {
  everything: () => '',
  'page 500': () => 'page=500',
  'a category': (n) => `category=${['Audio', 'Books', 'Toys'][n % 3]}`,
  'a price range': (n) => `min_price=${100 + n}.00&max_price=${120 + n}.00`,
  'half of all prices': (n) => `min_price=${4_000 + n}.00`,
  'category and price': (n) => `category=Lamps&min_price=${100 + n}.00&max_price=${900 + n}.00`,
  'in stock': () => 'in_stock=true',
  'sold out': () => 'in_stock=false',
  'category, in stock': (n) => `category=${['Audio', 'Books', 'Toys'][n % 3]}&in_stock=true`,
  'category, sold out': (n) => `category=${['Garden', 'Books', 'Kitchen'][n % 3]}&in_stock=false`,
  'a rare word': (n) => `q=${123_456 + n}`,
  'a rare word and a common one': (n) => `q=${123_456 + n}+battery`,
  'a word of 10 %': (n) => `q=${['mouse', 'kettle', 'robot'][n % 3]}`,
  'two words of 10 %': (n) => `q=${['quiet+lamp', 'heavy+chair', 'blue+spade'][n % 3]}`,
  'a word of all': (n) => `q=${['battery', 'buttons', 'years'][n % 3]}`,
  'a word of 10 %, category': (n) => `q=${['mouse', 'kettle', 'robot'][n % 3]}&category=Toys`,
  'two words of 10 %, in stock': (n) => `q=${['quiet+lamp', 'heavy+chair', 'blue+spade'][n % 3]}&in_stock=true`,
  'hundred ids': (n) => `ids=${Array.from({ length: 100 }, (_, index) => 1 + index * 9_000 + n).join(',')}`,
};

interface Catalog {
  databaseUrl: string;
  redisUrl: string;
  url: string;
  report: (text: string) => void;
}

interface Timed {
  ms: number;
  status: number;
  code: unknown;
  ways: number;
}

/** Lists and searches on a million products, without the cache. Returns whether the promises hold. */
export async function benchMillion(catalog: Catalog, { rounds }: { rounds: number }): Promise<boolean> {
  const began = performance.now();
  const connection = await createConnection(catalog.databaseUrl);
  const redis = new Redis(catalog.redisUrl);
  try {
    await connection.query(`SET GLOBAL innodb_buffer_pool_size = ${BUFFER_POOL}`);
    await fillProducts(catalog.databaseUrl, MILLION, catalog.report);
    const seconds = ((performance.now() - began) / 1_000).toFixed(0);
    console.log(`\n${MILLION} products are loaded and indexed in ${seconds} s.\n`);
    const get = async (query: string): Promise<Timed> => {
      await redis.flushdb();
      const start = performance.now();
      const { status, body } = await ask(`${catalog.url}/products?${query}`);
      const ms = performance.now() - start;
      return { ms, status, code: body['code'], ways: ((body['errors'] as unknown[] | undefined) ?? []).length };
    };
    const isFlat = await depths(connection, get);
    return (await lists(get, rounds, catalog.report)) && isFlat;
  } finally {
    redis.disconnect();
    await connection.end();
  }
}

/** For each order, compares the page at depth 990,000, by cursor, with the first page. */
async function depths(
  connection: Awaited<ReturnType<typeof createConnection>>,
  get: (query: string) => Promise<Timed>,
): Promise<boolean> {
  const sortColumns: Record<string, string> = { name: 'name_key', price: 'price', created_at: 'created_at' };
  const ratios: number[] = [];
  const rows: string[][] = [];
  for (const sort of SORTS) {
    const column = sortColumns[sort.replace('-', '')] ?? '';
    const direction = sort.startsWith('-') ? 'DESC' : 'ASC';
    const [[deep]] = await connection.query<RowDataPacket[]>({
      sql: `SELECT ${column} AS value, product_id AS id FROM products ORDER BY ${column} ${direction}, product_id ${direction} LIMIT 1 OFFSET ${DEPTH}`,
      dateStrings: true,
    });
    const cursor = Buffer.from(JSON.stringify([sort, deep?.['value'], deep?.['id']])).toString('base64url');
    const times: Record<'first' | 'deep', number[]> = { first: [], deep: [] };
    for (let n = 0; n < 60; n++) {
      const query = `sort=${sort}&with_total=false`;
      times.first.push((await get(query)).ms);
      times.deep.push((await get(`${query}&cursor=${cursor}`)).ms);
    }
    const [first, far] = [median(times.first.slice(10)), median(times.deep.slice(10))];
    ratios.push(far / first);
    rows.push([sort, first.toFixed(2), far.toFixed(2), (far / first).toFixed(2)]);
  }
  console.log(columns([[`${MILLION} products, ms`, 'first page', `by cursor at ${DEPTH}`, 'ratio'], ...rows]));
  const worst = Math.max(...ratios);
  console.log(`ratio of the worst order: ${worst.toFixed(2)} (must ${DEPTH_MUST}, goal 1.1)\n`);
  return worst <= DEPTH_MUST;
}

/** Prints for every filter in every order its time, or that it was refused with what to narrow. */
async function lists(
  get: (query: string) => Promise<Timed>,
  rounds: number,
  report: (text: string) => void,
): Promise<boolean> {
  const rows: string[][] = [];
  const wrong: string[] = [];
  const times: Record<'all' | 'searches', number[]> = { all: [], searches: [] };
  for (const [name, filter] of Object.entries(FILTERS)) {
    const cells: string[] = [];
    const isSearch = filter(0).startsWith('q=');
    for (const sort of [RELEVANCE, ...SORTS]) {
      if (sort === RELEVANCE && !isSearch) {
        cells.push('');
        continue;
      }
      const order = sort === RELEVANCE ? '' : `sort=${sort}`;
      const shots: Timed[] = [];
      const count = sort === RELEVANCE ? RELEVANCE_ROUNDS * rounds : rounds;
      for (let n = 0; n < count; n++) shots.push(await get([filter(n), order].filter(Boolean).join('&')));
      times.all.push(...shots.map(({ ms }) => ms));
      if (sort === RELEVANCE) times.searches.push(...shots.map(({ ms }) => ms));
      const refused = shots.filter(({ status }) => status === 422);
      const isGood = ({ ms, status, code, ways }: Timed) =>
        ms < LIST_MS + OVERHEAD_MS && (status === 200 || (code === 'query-too-broad' && ways > 0));
      const bad = shots.find((shot) => !isGood(shot));
      if (bad) wrong.push(`${name} by ${sort} (${bad.status}, ${bad.ms.toFixed(0)} ms)`);
      cells.push(refused.length * 2 > shots.length ? '422' : median(shots.map(({ ms }) => ms)).toFixed(1));
    }
    rows.push([name, ...cells]);
    report(name);
  }
  console.log(columns([[`lists of ${MILLION}, ms, never cached`, RELEVANCE, ...SORTS], ...rows]));
  const [p99, longest] = [percentile(times.searches, 0.99), Math.max(...times.all)];
  console.log(
    `422: ended by the database and answered query-too-broad, with what to narrow. Longest answer ${longest.toFixed(0)} ms.\n` +
      `searches by relevance: p99 ${p99.toFixed(0)} ms of ${times.searches.length}\n` +
      `neither answered nor refused within ${LIST_MS} ms (and ${OVERHEAD_MS} around them): ${wrong.join(', ') || 'none'}\n`,
  );
  return wrong.length === 0;
}
