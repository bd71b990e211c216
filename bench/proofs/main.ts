import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findDatabaseKind } from '../../test/support/database-server.js';
import { bundleServices } from './frame/bundle.js';
import { describe, type Figure } from './frame/figures.js';
import { load } from './frame/load.js';
import type { Proof } from './frame/proof.js';
import { Servers } from './frame/servers.js';
import { Stage } from './frame/stage.js';
import { choose } from './catalogue.js';

const LONGEST_MS = 40 * 60_000;

interface Run {
  proof: Proof;
  quick: boolean;
  mutant?: string;
}

/** Runs one proof and prints its line. Returns whether it held, or undefined if it could not be carried out. */
async function prove(servers: Servers, { proof, quick, mutant }: Run): Promise<boolean | undefined> {
  const title = mutant === undefined ? proof.name : `${proof.name} without ${mutant}`;
  const stage = new Stage(servers, { name: title, quick, mutant });
  const began = Date.now();
  const seconds = () => `${((Date.now() - began) / 1_000).toFixed(1)} s`;
  try {
    const figures = await withTimeLimit(proof.run(stage));
    const holds = figures.every((figure) => figure.holds);
    console.log(`${title}  ${holds ? 'holds' : 'FAILS'}  ${line(figures)}  [${seconds()}]`);
    return holds;
  } catch (error) {
    console.log(
      `${title}  FAILS  could not be carried out: ${error instanceof Error ? (error.stack ?? '') : String(error)}  [${seconds()}]`,
    );
    return undefined;
  } finally {
    await stage.close();
  }
}

const optionOf = (args: string[], name: string) =>
  args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);

const line = (figures: Figure[]) => figures.map(describe).join(', ');

async function withTimeLimit<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`It took longer than ${LONGEST_MS / 60_000} minutes.`)), LONGEST_MS);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** Proofs mostly wait for leases and restarts, so two run at once, except those that need the servers alone. */
function schedule(runs: Run[]): { lanes: number; batch: Run[] }[] {
  return [
    { lanes: 2, batch: runs.filter(({ proof }) => !proof.alone) },
    { lanes: 1, batch: runs.filter(({ proof }) => proof.alone) },
  ];
}

/** With `--mutant`, success means that every proof holds, and fails without each of its guards. */
async function main(args: string[]): Promise<boolean> {
  const proofs = choose(args.filter((arg) => !arg.startsWith('--')));
  const mutate = args.includes('--mutant');
  // Without its guard a proof fails soon enough.
  const quick = mutate || args.includes('--quick');
  await bundleServices();
  const servers = await Servers.start({ kind: findDatabaseKind(optionOf(args, 'database')) });
  console.log(`On ${servers.database.name}.`);
  let asPromised = true;
  try {
    // A failure without the guard proves something only if the proof holds with it, at the same size.
    const runs = proofs.flatMap((proof): Run[] => [
      { proof, quick },
      ...(mutate ? proof.mutants.map((mutant) => ({ proof, quick, mutant })) : []),
    ]);
    for (const { lanes, batch } of schedule(runs)) {
      await load(
        lanes,
        () => batch.length === 0,
        async () => {
          const run = batch.shift();
          if (run && (await prove(servers, run)) !== (run.mutant === undefined)) asPromised = false;
        },
      );
    }
  } finally {
    await servers.stop();
  }
  const [good, bad] = mutate
    ? ['Every proof holds, and fails without its guard.', 'A proof failed with its guard, or passed without it.']
    : ['Every proof holds.', 'Not every proof holds.'];
  console.log(asPromised ? good : bad);
  return asPromised;
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
// Services start hundreds of times; the starts share compiled code.
process.env['NODE_COMPILE_CACHE'] ??= join(tmpdir(), 'commerce-proofs-compile-cache');
mkdirSync(process.env['NODE_COMPILE_CACHE'], { recursive: true });
if (!Servers.installed()) {
  console.error(
    'The proofs need Redis (Debian: redis-server) and MySQL (`.ci/mysql newest` fetches it) or MariaDB (mariadb-server).',
  );
  process.exit(2);
}
main(process.argv.slice(2)).then(
  (asPromised) => process.exit(asPromised ? 0 : 1),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(2);
  },
);
