import 'reflect-metadata';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { columns } from '../../apps/ops/src/context/table.js';
import { type Subject, subjects } from './subjects.js';

/** Limits above which the bench warns; a bundle over its size already fails the build (infra/build/bundle.mjs). */
const EXPECTED = { timesPlain: 20, ofUnbundled: 0.5, coldMs: 2_000, warmMs: 100 };

interface Answer {
  statusCode: number;
  body?: string;
  answered: number;
  warm: number;
}
interface Row {
  subject: Subject;
  megabytes: number;
  plain: number;
  bundled: number;
  unbundled: number;
  warm: number;
}

/** The build script is plain JavaScript because the Serverless plugin uses it, too. */
interface Build {
  bundle(apps: undefined, options: { compiled: boolean; platform: string }): Promise<string[]>;
  zippedMegabytes(folder: string): Promise<number>;
  LARGEST_MEGABYTES: number;
}

/**
 * Measures the time from process start to first response for one function of every bundle, in interleaved rounds on the
 * database of `url`: bundled, unbundled, and a plain handler. Returns whether everything is as expected.
 */
export async function benchCold(url: string, rounds: number): Promise<boolean> {
  const build = (await import(pathToFileURL('infra/build/bundle.mjs').href)) as Build;
  // Without native code: no function that is measured here loads any.
  await build.bundle(undefined, { compiled: true, platform: '' });
  const folder = await mkdtemp(join(tmpdir(), 'commerce-cold-'));
  const cloudFormation = await anyAnswer();
  try {
    // As on Lambda, there is no node_modules above it in which a bundle could find a missing package.
    await cp('dist/lambda', folder, { recursive: true });
    const plain = join(folder, 'plain.mjs');
    const handler = 'async () => ({ statusCode: 200 })';
    await writeFile(plain, `export const http = ${handler};\nexport const migrate = http;\n`);
    const rows: Row[] = [];
    const { port } = cloudFormation.address() as AddressInfo;
    for (const subject of subjects(url, `http://127.0.0.1:${port}`)) {
      const megabytes = await build.zippedMegabytes(join('dist/lambda', subject.app));
      rows.push({ subject, megabytes, ...(await measure(subject, { plain, bundles: folder, rounds })) });
    }
    return report(rows, { rounds, largest: build.LARGEST_MEGABYTES });
  } finally {
    cloudFormation.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Interleaved, so that other load on the machine affects all three equally. */
async function measure(
  subject: Subject,
  { plain, bundles, rounds }: { plain: string; bundles: string; rounds: number },
) {
  const { app, environment } = subject;
  const modules = { plain, bundled: join(bundles, app, 'lambda.mjs'), unbundled: `dist/apps/${app}/src/lambda.js` };
  // The first start migrates; the measured ones find the schema as after a deployment.
  await firstAnswer(modules.unbundled, {
    ...subject,
    environment: { ...environment, DATABASE_MIGRATIONS: 'at-start' },
  });
  const cold: Record<keyof typeof modules, number[]> = { plain: [], bundled: [], unbundled: [] };
  const warm: number[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const name of ['plain', 'bundled', 'unbundled'] as const) {
      const answer = await firstAnswer(modules[name], subject);
      cold[name].push(answer.ms);
      if (name === 'bundled') warm.push(answer.warm);
    }
  }
  return {
    plain: median(cold.plain),
    bundled: median(cold.bundled),
    unbundled: median(cold.unbundled),
    warm: median(warm),
  };
}

async function firstAnswer(module: string, { handler, event, environment }: Subject) {
  const args = ['bench/cold/first-answer.mjs', module, handler, JSON.stringify(event)];
  const spawned = performance.timeOrigin + performance.now();
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    env: { PATH: process.env['PATH'], ...environment },
  }).catch((error: { stderr: string }) => {
    // The bundle's own long lines come before it.
    throw new Error(`${module} did not answer:\n${error.stderr.slice(-1_000)}`);
  });
  const answer = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Answer;
  if (answer.statusCode !== 200) throw new Error(`${module} answered ${answer.statusCode}: ${answer.body}`);
  return { ms: answer.answered - spawned, warm: answer.warm };
}

function report(rows: Row[], { rounds, largest }: { rounds: number; largest: number }): boolean {
  console.log(
    columns([
      ['bundle', 'first answer', 'MB zipped', 'cold ms', '× plain', 'of unbundled', 'warm ms', ''],
      ...rows.map((row) => [
        row.subject.app,
        row.subject.does,
        row.megabytes.toFixed(2),
        row.bundled.toFixed(0),
        (row.bundled / row.plain).toFixed(1),
        (row.bundled / row.unbundled).toFixed(2),
        row.warm.toFixed(1),
        late(row).join(', '),
      ]),
    ]),
  );
  console.log(
    `Expected: ≤ ${largest} MB, ≤ ${EXPECTED.coldMs} ms, ≤ ${EXPECTED.timesPlain} × a plain handler ` +
      `(${median(rows.map(({ plain }) => plain)).toFixed(0)} ms), ≤ ${EXPECTED.ofUnbundled} of the unbundled build, ` +
      `warm ≤ ${EXPECTED.warmMs} ms. Medians of ${rounds} interleaved rounds, from spawning the process.`,
  );
  return rows.every((row) => late(row).length === 0);
}

function late({ plain, bundled, unbundled, warm }: Row): string[] {
  const over = {
    '! ms': bundled > EXPECTED.coldMs,
    '! × plain': bundled > EXPECTED.timesPlain * plain,
    '! unbundled': bundled > EXPECTED.ofUnbundled * unbundled,
    '! warm': warm > EXPECTED.warmMs,
  };
  return Object.entries(over).flatMap(([name, is]) => (is ? [name] : []));
}

/** Replaces the address where CloudFormation waits for a custom resource. */
async function anyAnswer(): Promise<Server> {
  const server = createServer((request, response) => request.resume().on('end', () => response.end()));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
