import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { benchCatalog } from './catalog/catalog.js';
import { Servers } from './proofs/frame/servers.js';

const USAGE =
  'npm run bench -- catalog [--quick] [--only=NAME] [--chart=FILE] | orders [--rounds N] [--seconds N] [--only N] [--profile FOLDER]';

async function main(args: string[]): Promise<boolean> {
  const option = (name: string) => args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
  if (args[0] === 'orders') return (await import('./orders/main.js')).benchOrders();
  if (!args.includes('catalog')) throw new Error(`Say what to measure: ${USAGE}`);
  const servers = await Servers.start();
  try {
    const chartFile = option('chart') ?? join(tmpdir(), 'bench-catalog.svg');
    const good = await benchCatalog(servers, { quick: args.includes('--quick'), only: option('only'), chartFile });
    console.log(`The chart is in ${chartFile}.`);
    return good;
  } finally {
    await servers.stop();
  }
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
if (!Servers.installed()) {
  console.error(
    'The benchmarks need mariadbd and redis-server on this machine (Debian: mariadb-server, redis-server).',
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
