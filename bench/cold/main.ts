import 'reflect-metadata';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { deflateRawSync } from 'node:zlib';
import { startMariaDb } from '../../test/support/mariadb.js';
import { newSigningKey } from '../../test/support/signing-key.js';

const ROUNDS = Number(process.env['ROUNDS'] ?? 7);
const SERVICES = ['users', 'products', 'orders', 'notifier'];
const BUDGET = { megabytes: 1.5, timesPlain: 20, ofUnbundled: 0.5, coldMs: 2_000, warmMs: 100 };

/** The build script is plain JavaScript, used by the Serverless plugin as well. */
const { bundle } = (await import(pathToFileURL('infra/build/bundle.mjs').href)) as {
  bundle: (apps?: string[], options?: { compiled: boolean }) => Promise<string[]>;
};

const folders = await bundle(undefined, { compiled: true });
const sizes = await Promise.all(folders.map(async (folder) => ({ folder, megabytes: await zippedSize(folder) })));
for (const { folder, megabytes } of sizes) {
  const holds = megabytes <= BUDGET.megabytes;
  if (!holds) process.exitCode = 1;
  console.log(`${folder.padEnd(22)} ${megabytes.toFixed(2)} MB compressed ${holds ? '' : `✗ ≤ ${BUDGET.megabytes}`}`);
}

const folder = await mkdtemp(join(tmpdir(), 'commerce-cold-'));
const database = await startMariaDb();
try {
  const plain = join(folder, 'plain.mjs');
  await writeFile(plain, "export const http = async () => ({ statusCode: 200, body: '{}' });\n");
  for (const service of SERVICES) await measure(service, plain);
} finally {
  await database.stop();
  await rm(folder, { recursive: true, force: true });
}

/** Interleaved, so that whatever else the machine does touches all three alike. */
async function measure(service: string, plain: string): Promise<void> {
  const modules = {
    plain,
    bundled: `dist/lambda/${service}/lambda.mjs`,
    unbundled: `dist/apps/${service}/src/lambda.js`,
  };
  const environment = environmentOf(service);
  // The first start migrates; the compared ones find the schema as a deployment leaves it.
  await firstAnswer(modules.unbundled, { ...environment, DATABASE_MIGRATIONS: 'at-start' });
  const cold: Record<string, number[]> = { plain: [], bundled: [], unbundled: [] };
  const warm: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, module] of Object.entries(modules)) {
      const answer = await firstAnswer(module, environment);
      cold[name]?.push(answer.ms);
      if (name === 'bundled') warm.push(answer.warm);
    }
  }
  report(service, {
    plain: median(cold['plain']),
    bundled: median(cold['bundled']),
    unbundled: median(cold['unbundled']),
    warm: median(warm),
  });
}

function report(service: string, ms: { plain: number; bundled: number; unbundled: number; warm: number }): void {
  const times = ms.bundled / ms.plain;
  const share = ms.bundled / ms.unbundled;
  const late = [
    times > BUDGET.timesPlain && `more than ${BUDGET.timesPlain} × a plain handler`,
    share > BUDGET.ofUnbundled && `more than ${BUDGET.ofUnbundled} of the unbundled build`,
    ms.bundled > BUDGET.coldMs && `more than ${BUDGET.coldMs} ms`,
    ms.warm > BUDGET.warmMs && `warm more than ${BUDGET.warmMs} ms`,
  ].filter(Boolean);
  console.log(
    `${service.padEnd(9)} first answer ${ms.bundled.toFixed(0)} ms (${times.toFixed(1)} × plain ${ms.plain.toFixed(0)} ms, ` +
      `${share.toFixed(2)} of unbundled ${ms.unbundled.toFixed(0)} ms), warm ${ms.warm.toFixed(1)} ms` +
      (late.length > 0 ? `  ! ${late.join(', ')}` : ''),
  );
}

async function firstAnswer(module: string, env: Record<string, string>): Promise<{ ms: number; warm: number }> {
  const spawned = performance.timeOrigin + performance.now();
  const { stdout } = await promisify(execFile)(process.execPath, ['bench/cold/first-answer.mjs', module], {
    env: { PATH: process.env['PATH'], ...env },
  });
  const line = stdout.trim().split('\n').at(-1) ?? '{}';
  const answer = JSON.parse(line) as { statusCode: number; answered: number; warm: number };
  if (answer.statusCode !== 200) throw new Error(`${module} answered ${answer.statusCode}:\n${stdout}`);
  return { ms: answer.answered - spawned, warm: answer.warm };
}

function environmentOf(service: string): Record<string, string> {
  const nobody = 'lambda:nobody';
  return {
    LOG_LEVEL: 'error',
    DATABASE_URL: `${database.url}/cold_${service}`,
    DATABASE_MIGRATIONS: 'elsewhere',
    DATABASE_POOL_SIZE: '2',
    OUTBOX_SWEEP: '0',
    DOCS: 'document',
    AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
    TOPIC_ARN: 'arn:aws:sns:eu-west-1:000000000000:cold',
    QUEUE_URL: 'http://127.0.0.1:1/cold',
    USERS_COMMANDS: nobody,
    PRODUCTS_COMMANDS: nobody,
    ORDERS_COMMANDS: nobody,
    FINGERPRINT_KEY: randomBytes(24).toString('hex'),
    JWT_KEYS: JSON.stringify({ keys: [newSigningKey('cold')] }),
    MAIL_FROM: 'shop@example.com',
    ACCOUNT_URL: 'http://127.0.0.1:1/account',
  };
}

/** As a zip file has it: every file deflated by itself. */
async function zippedSize(root: string): Promise<number> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(
    files.map(async ({ parentPath, name }) => deflateRawSync(await readFile(join(parentPath, name))).length),
  );
  return sizes.reduce((sum, size) => sum + size, 0) / 1_000_000;
}

function median(values: number[] = []): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
