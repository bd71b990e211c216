import { fork } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findDatabaseKind } from '../test/support/database-server.js';
import { benchCatalog } from './catalog/catalog.js';
import { benchCold } from './cold/cold.js';
import { benchImport } from './import/import.js';
import { benchObservability } from './observability/observability.js';
import { Servers } from './proofs/frame/servers.js';
import { benchQuotes } from './quotes/quotes.js';

const USAGE = `npm run bench [-- --quick], which is catalog, quotes, orders and carts, or -- catalog [--quick] [--only=NAME] [--chart=FILE]
              | orders [--rounds N] [--seconds N] [--only N] [--profile FOLDER]
              | carts [--quick] [--rounds N] [--seconds N] [--profile FOLDER]
              | cold [--quick]
              | observability [--quick]
              | import [--rows=N]
              | quotes [--quick]
(--database=mysql: on MySQL instead of MariaDB)`;
const WITH_SERVERS = ['catalog', 'cold', 'observability', 'import'];
const COLD_ROUNDS = { full: 11, quick: 3 };

async function main(args: string[]): Promise<boolean> {
  const [what] = args.filter((arg) => !arg.startsWith('--'));
  if (what === undefined) return everything(args);
  if (what === 'quotes') return benchQuotes({ quick: args.includes('--quick') });
  if (what === 'orders') return (await import('./orders/main.js')).benchOrders();
  if (what === 'carts') return (await import('./carts/main.js')).benchCarts(process.argv.slice(3));
  if (!WITH_SERVERS.includes(what ?? '')) throw new Error(`Say what to measure: ${USAGE}`);
  // The figures and their limits are for MariaDB.
  const kind = findDatabaseKind(optionOf(args, 'database') ?? 'mariadb');
  const servers = await Servers.start({ kind });
  console.log(`On ${servers.database.name}.`);
  try {
    if (what === 'observability') return await benchObservability(servers, { quick: args.includes('--quick') });
    if (what === 'import') return await benchImport(servers, Number(optionOf(args, 'rows') ?? 1_000_000));
    return what === 'catalog' ? await catalog(servers, args) : await cold(servers, args);
  } finally {
    await servers.stop();
  }
}

function optionOf(args: string[], name: string): string | undefined {
  return args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
}

/** Runs all benchmarks one after the other, each in its own process. */
async function everything(args: string[]): Promise<boolean> {
  const quick = args.includes('--quick');
  let good = true;
  for (const [what, ...how] of [
    ['catalog', ...args],
    ['quotes', ...args],
    ['orders', ...(quick ? ['--rounds', '6', '--seconds', '1', '--only', '16'] : [])],
    ['carts', ...(quick ? ['--quick'] : [])],
  ]) {
    console.log(`\n${what}\n`);
    const [code] = (await once(fork(fileURLToPath(import.meta.url), [what ?? '', ...how]), 'exit')) as [number | null];
    good &&= code === 0;
  }
  return good;
}

async function catalog(servers: Servers, args: string[]): Promise<boolean> {
  const chartFile = optionOf(args, 'chart') ?? join(tmpdir(), 'bench-catalog.svg');
  return benchCatalog(servers, { quick: args.includes('--quick'), only: optionOf(args, 'only'), chartFile });
}

/** Slow times only warn, since they depend on the machine. A bundle that is too large already fails the build. */
async function cold(servers: Servers, args: string[]): Promise<boolean> {
  await benchCold(servers.database.url, COLD_ROUNDS[args.includes('--quick') ? 'quick' : 'full']);
  return true;
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
if (!process.argv.includes('quotes') && !Servers.installed()) {
  console.error(
    'The benchmarks need MariaDB (or, with --database=mysql, MySQL) and Redis on this machine (Debian: mariadb-server, redis-server).',
  );
  process.exit(2);
}
main(process.argv.slice(2)).then(
  (good) => process.exit(good ? 0 : 1),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(2);
  },
);
