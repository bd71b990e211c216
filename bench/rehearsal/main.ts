import 'reflect-metadata';
import { startDatabaseServer } from '../../test/support/database-server.js';
import { startRedis } from '../../test/support/redis.js';
import { WireUnderTest } from '../../test/support/stripe.js';
import { cardPayments, stripeAccount } from './card-payments.js';
import { deadLetters, linkInAnEmail, mainJob, wakeUp } from './checks.js';
import { startEmulator } from './emulator.js';
import { changedFunction, failingMigration, removal } from './releases.js';
import { rotatedPassword, rotatedSigningKeys, servedKeys } from './rotations.js';
import { type Rehearsed, Stack } from './stack.js';
import { Steps } from './steps.js';

const LIMIT_SECONDS = 300;

const steps = new Steps();
const stops: (() => Promise<void>)[] = [];

async function rehearse(): Promise<void> {
  const stage = await steps.run('start a database, a cache, a Stripe and an emulator of AWS', start);
  const { stack } = stage;
  await steps.run('deploy', () => stack.serverless(['deploy']));
  await steps.run('give it an account at Stripe', () => stripeAccount(stage));
  const topology = await steps.run('set what the emulator dropped, start every function', () => wakeUp(stage));
  await steps.run('register, order, ship: five e-mails', () => mainJob(stage));
  await steps.run('pay an order by card, and one whose webhook was lost', () => cardPayments(stage));
  await steps.run('follow the link of an e-mail', () => linkInAnEmail(stage));
  await steps.run('a poison message ends as a dead letter, `ops dlq redrive` delivers the healthy one', () =>
    deadLetters(stage, topology),
  );
  await steps.run('deploy a change of orders-http, alone', () => changedFunction(stage));
  await steps.run("rotate a database user's password", () => rotatedPassword(stack));
  const keys = await steps.run('rotate the keys that sign tokens', () => rotatedSigningKeys(stack));
  await steps.run('deploy a change to every function', () =>
    stack.serverless(['deploy'], { params: { logLevel: 'warn' }, bundle: 'keep' }),
  );
  await steps.run('and do the main job again, with the new password and key', async () => {
    await wakeUp(stage);
    await servedKeys(stage, keys);
    return mainJob(stage);
  });
  await steps.run('roll back a migration that fails', () => failingMigration(stage));
  await steps.run('and do the main job again', () => mainJob(stage));
  await steps.run('remove the stack, keep the data', () => removal(stage));
}

async function start(): Promise<Rehearsed> {
  const [database, redis, emulator, stripe] = await Promise.all([
    startDatabaseServer(),
    startRedis(),
    startEmulator(),
    WireUnderTest.start(),
  ]);
  stops.push(
    () => stripe.stop(),
    () => database.stop(),
    () => redis.stop(),
    () => emulator.stop(),
  );
  const { host, username, password } = new URL(database.url);
  const parameters = { databaseAddress: host, databaseUser: username, databasePassword: password, redisUrl: redis.url };
  return { emulator, stripe, databaseUrl: database.url, stack: new Stack(emulator.endpoint, parameters) };
}

try {
  await rehearse();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  for (const stop of stops.reverse()) await stop();
  steps.judge(LIMIT_SECONDS);
  if (steps.failed) process.exitCode = 1;
  console.log(steps.table());
  console.log(steps.summary());
}
