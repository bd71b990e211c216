import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import type { Servers } from '../proofs/frame/servers.js';

const MAX_RSS_MB = 300;
const OPS = fileURLToPath(new URL('../../apps/ops/src/main.js', import.meta.url));

/** Imports a generated catalog twice by the operators' command. Returns whether its memory keeps the promise. */
export async function benchImport(servers: Servers, rows: number): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'commerce-import-'));
  try {
    const file = join(folder, 'catalog.csv');
    await pipeline(Readable.from(catalog(rows)), createWriteStream(file));
    const { url } = servers.freshDatabases();
    const environment = { DATABASE_URL: url, REDIS_URL: servers.freshRedis(), DATA_DIR: folder };
    await run(['migrate', 'up'], environment);
    const first = await run(['products', 'import', file, '--json'], environment);
    const second = await run(['products', 'import', file, '--json'], environment);
    const exported = await run(['products', 'export', '--output', join(folder, 'out.csv')], environment);
    const [filled, repeated] = [figuresOf(first.output), figuresOf(second.output)];
    console.log(
      `${rows} products from CSV into an empty ${servers.database.name}: ${describe(filled)} (${first.seconds.toFixed(0)} s)`,
    );
    console.log(`The same file again: ${describe(repeated)} (${second.seconds.toFixed(0)} s)`);
    console.log(`Export of all of them: ${exported.seconds.toFixed(0)} s`);
    const peak = filled.peak_memory_mb;
    const complete = filled.inserted === rows && repeated.unchanged === rows;
    if (!complete) console.log('NOT what was expected: each line once, and nothing the second time.');
    if (!(peak <= MAX_RSS_MB)) console.log(`MORE memory than the ${MAX_RSS_MB} MB that are promised.`);
    return complete && peak <= MAX_RSS_MB;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Figures {
  inserted: number;
  unchanged: number;
  rows_per_second: number;
  peak_memory_mb: number;
}

const figuresOf = (output: string) => JSON.parse(output) as Figures;

const describe = ({ rows_per_second: rate, peak_memory_mb: peak }: Figures) => `${rate} rows/s, peak memory ${peak} MB`;

const ADJECTIVES = ['Quiet', 'Bright', 'Wireless', 'Folding', 'Heavy', 'Small', 'Blue', 'Warm', 'Fast', 'Plain'];
const NOUNS = ['Mouse', 'Lamp', 'Chair', 'Kettle', 'Speaker', 'Camera', 'Shelf', 'Phone', 'Spade', 'Robot'];
const CATEGORIES = ['Audio', 'Books', 'Cameras', 'Garden', 'Kitchen', 'Lamps', 'Phones', 'Toys'];

/** Always generates the same lines. */
function* catalog(rows: number): Generator<string> {
  yield 'sku,name,description,category,price,initial_stock,warehouse_location\n';
  for (let n = 1; n <= rows; n++) {
    const name = `${ADJECTIVES[n % 10]} ${NOUNS[Math.floor(n / 10) % 10]} ${n}`;
    const description = `"${name}, one of many. Two years on one battery, three buttons, and a box of its own."`;
    const price = (1 + ((n * 7_919) % 1_000_000) / 100).toFixed(2);
    yield `SKU-${String(n).padStart(8, '0')},${name},${description},${CATEGORIES[n % 8]},${price},${n % 50},Hall ${n % 9}\n`;
  }
}

/** The flags of `npm run ops`: with a small heap, garbage is collected before the process grows. */
function flags(): string[] {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: { ops: string } };
  return /node (.*) dist\//.exec(scripts.ops)?.[1]?.split(' ') ?? [];
}

async function run(args: string[], environment: Record<string, string>) {
  const began = performance.now();
  const child = spawn(process.execPath, [...flags(), OPS, ...args], {
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  process.once('exit', () => child.kill('SIGKILL'));
  let output = '';
  createInterface({ input: child.stdout }).on('line', (line) => (output += line));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`ops ${args.join(' ')} ended with ${code}.`);
  return { output, seconds: (performance.now() - began) / 1_000 };
}
