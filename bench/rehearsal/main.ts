import 'reflect-metadata';
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { Topology } from '@app/messaging';
import { eventually } from '../../test/support/eventually.js';
import { startMariaDb } from '../../test/support/mariadb.js';
import { startRedis } from '../../test/support/redis.js';
import { event } from '../../test/support/sample-events.js';
import { startEmulator, type Emulator } from './emulator.js';
import { Stack } from './stack.js';
import { Steps } from './steps.js';

/** The build script is plain JavaScript, used by the plugin as well. */
const { bundle } = (await import(pathToFileURL('infra/build/bundle.mjs').href)) as {
  bundle: (apps: string[], options: { compiled: boolean }) => Promise<string[]>;
};

const WARM_MS = 90_000;
const FAILING = `
class Failing20991231000000 {
  name = 'Failing20991231000000';
  up() { throw new Error('this migration fails'); }
  down() {}
}
`;

const steps = new Steps();
const stops: (() => Promise<void>)[] = [];

try {
  const { emulator, stack } = await steps.run('start a database, a cache and an emulator of AWS', start);
  await steps.run('deploy', () => stack.serverless(['deploy']));
  const topology = await steps.run('set what the emulator dropped, start every function', () =>
    wakeUp(emulator, stack),
  );
  const smoke = () => mainJob(emulator, stack);
  await steps.run('register, order, ship: five e-mails', smoke);
  await steps.run('a poison message ends as a dead letter, a redrive delivers the healthy one', () =>
    deadLetters(emulator, stack, topology),
  );
  await steps.run('rotate a password', () => rotate(stack));
  await steps.run('deploy a change to every function', () =>
    stack.serverless(['deploy'], { params: { logLevel: 'warn' }, bundle: 'keep' }),
  );
  await steps.run('and do the main job again', async () => {
    await wakeUp(emulator, stack);
    await smoke();
  });
  await steps.run('roll back a migration that fails', () => failingMigration(emulator, stack));
  await steps.run('and do the main job again', smoke);
  await steps.run('remove the stack', () => stack.serverless(['remove']));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  for (const stop of stops.reverse()) await stop();
  console.log(steps.table());
}

async function start(): Promise<{ emulator: Emulator; stack: Stack }> {
  const [database, redis, emulator] = await Promise.all([startMariaDb(), startRedis(), startEmulator()]);
  stops.push(
    () => database.stop(),
    () => redis.stop(),
    () => emulator.stop(),
  );
  const { host, username, password } = new URL(database.url);
  const parameters = { databaseAddress: host, databaseUser: username, databasePassword: password, redisUrl: redis.url };
  return { emulator, stack: new Stack(emulator.endpoint, parameters) };
}

/** Cold starts are measured elsewhere; here they must not make a command's answer late. */
async function wakeUp(emulator: Emulator, stack: Stack): Promise<Topology> {
  const topology = await stack.completeTopology();
  for (const service of ['users', 'products', 'orders']) {
    await stack.invoke(`${service}-rpc`, { pattern: 'nothing', data: {} });
    await stack.invoke(`${service}-relay`, {});
  }
  const api = await emulator.apiUrl();
  await eventually(async () => {
    const { status } = await fetch(`${api}/health/ready`);
    if (status !== 200) throw new Error(`/health/ready answers ${status}.`);
  }, WARM_MS);
  return topology;
}

async function mainJob(emulator: Emulator, stack: Stack): Promise<void> {
  const administrator = await stack.secret('The first administrator');
  const env = {
    ...process.env,
    ...administrator,
    BASE: await emulator.apiUrl(),
    MAILBOX: `${emulator.endpoint}/_ministack/ses/messages`,
  };
  const { stdout } = await promisify(execFile)(process.execPath, ['test/smoke.mjs'], { env }).catch(
    (failure: { stdout: string }) => {
      throw new Error(failure.stdout);
    },
  );
  steps.note(stdout.trim().split('\n').at(-1) ?? '');
}

async function deadLetters(emulator: Emulator, stack: Stack, { queueUrls, dlqUrls }: Topology): Promise<void> {
  const [queue, deadLetterQueue] = [queueUrls.notifier, dlqUrls.notifier];
  const expectDead = (expected: number) =>
    eventually(async () => {
      const found = await stack.count(deadLetterQueue);
      if (found !== expected) throw new Error(`${expected} dead letters expected, found ${found}.`);
    }, 60_000);
  await stack.hurry(queue);
  await stack.send(queue, '{"event_type":"order.created"}');
  await expectDead(1);
  const email = `redriven-${Date.now()}@example.com`;
  const healthy = event('user.password-changed', { user_id: 4_711, email, full_name: 'Redriven' });
  await stack.send(deadLetterQueue, JSON.stringify(healthy));
  await stack.redrive(deadLetterQueue, queue);
  await eventually(async () => {
    const emails = await (await fetch(`${emulator.endpoint}/_ministack/ses/messages`)).text();
    if (!emails.includes(email)) throw new Error('The redriven message led to no e-mail.');
  }, 60_000);
  await expectDead(1);
}

/** As Secrets Manager does it: four steps, each a call of the rotation function; then a cold function logs in. */
async function rotate(stack: Stack): Promise<void> {
  const before = await stack.secret('Database user of orders');
  await stack.rotate('Database user of orders');
  const after = await stack.secret('Database user of orders');
  if (after['password'] === before['password'] || after['username'] === before['username'])
    throw new Error('The secret has not changed.');
  steps.note(`${before['username']} → ${after['username']}`);
}

/** A release whose newest migration fails: the stack must stay as it was, and go on working. */
async function failingMigration(emulator: Emulator, stack: Stack): Promise<void> {
  const schema = 'dist/apps/notifier/src/database/data-source.js';
  const released = await readFile(schema, 'utf8');
  try {
    await writeFile(schema, released.replace('migrations: [', 'migrations: [Failing20991231000000,') + FAILING);
    await bundle(['databases'], { compiled: true });
    const failure = await stack.serverless(['deploy'], { params: { migrateAgain: 'x' }, bundle: 'keep' }).then(
      () => undefined,
      (error: unknown) => String(error),
    );
    if (failure === undefined) throw new Error('The deployment went through, although a migration failed.');
    if (!failure.includes('this migration fails'))
      throw new Error(`The deployment failed for another reason: ${failure}`);
    const status = await emulator.stackStatus();
    if (status !== 'UPDATE_ROLLBACK_COMPLETE') throw new Error(`The stack is ${status}:\n${failure}`);
    steps.note(status);
  } finally {
    await writeFile(schema, released);
    await bundle(['databases'], { compiled: true });
  }
}
