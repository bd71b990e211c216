import { readFile, writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { LambdaHttp } from '@app/messaging';
import { createConnection } from 'mysql2/promise';
import { eventually } from '../../test/support/eventually.js';
import type { Rehearsed } from './stack.js';

const ROUTES = 'dist/apps/orders/src/checkout/checkout.controller.js';
const CHANGED = 'Place a changed order';
const SCHEMA = 'dist/apps/notifier/src/database/data-source.js';
const FAILING = `
class Failing20991231000000 {
  name = 'Failing20991231000000';
  up() { throw new Error('this migration fails'); }
  down() {}
}
`;

/** The build script is plain JavaScript because the plugin uses it, too. */
const { bundle } = (await import(pathToFileURL('infra/build/bundle.mjs').href)) as {
  bundle: (apps: string[], options: { compiled: boolean }) => Promise<string[]>;
};

/** `serverless deploy function` deploys the new code of one function, and changes nothing else. */
export async function changedFunction({ emulator, stack }: Rehearsed): Promise<string> {
  const orders = new LambdaHttp({ endpoint: emulator.endpoint, region: 'eu-west-1' });
  const summary = async () => {
    const { body } = await orders.get('commerce-local-orders-http', '/openapi.json');
    const { paths } = body as { paths: Record<string, { post: { summary: string } }> };
    return paths['/orders']?.post.summary;
  };
  const before = await summary();
  return withChange('orders', ROUTES, { from: "'Place an order'", to: `'${CHANGED}'` }, async () => {
    await stack.serverless(['deploy', 'function', '--function', 'orders-http'], { bundle: 'keep' });
    await eventually(async () => {
      const now = await summary();
      if (now !== CHANGED) throw new Error(`orders-http still says "${now}".`);
    }, 60_000);
    return `"${before}" → "${await summary()}"`;
  });
}

/** Deploys a release whose newest migration fails: the stack must roll back and keep working. */
export function failingMigration({ emulator, stack }: Rehearsed): Promise<string> {
  const change = { from: 'migrations: [', to: 'migrations: [Failing20991231000000,', append: FAILING };
  return withChange('databases', SCHEMA, change, async () => {
    const failure = await stack.serverless(['deploy'], { params: { migrateAgain: 'x' }, bundle: 'keep' }).then(
      () => undefined,
      (error: unknown) => String(error),
    );
    if (failure === undefined) throw new Error('The deployment went through, although a migration failed.');
    if (!failure.includes('this migration fails'))
      throw new Error(`The deployment failed for another reason: ${failure}`);
    const status = await emulator.stackStatus();
    if (status !== 'UPDATE_ROLLBACK_COMPLETE') throw new Error(`The stack is ${status}:\n${failure}`);
    return status;
  });
}

/** Removes the stack: the custom resource goes with it, but the data stays. */
export async function removal({ emulator, stack, databaseUrl }: Rehearsed): Promise<string> {
  await stack.serverless(['remove']);
  const status = await emulator.stackStatus();
  if (status !== 'none' && status !== 'DELETE_COMPLETE') throw new Error(`The stack is ${status}.`);
  const connection = await createConnection(databaseUrl);
  try {
    const [rows] = await connection.query('SELECT COUNT(*) AS orders FROM commerce_orders.orders');
    const [{ orders } = { orders: 0 }] = rows as { orders: number }[];
    if (orders === 0) throw new Error('The orders went with the stack.');
    return `${orders} orders are still there`;
  } finally {
    await connection.end();
  }
}

/** Runs `work` on a bundle with a changed compiled file, and then restores the released one. */
async function withChange<T>(
  app: string,
  file: string,
  { from, to, append = '' }: { from: string; to: string; append?: string },
  work: () => Promise<T>,
): Promise<T> {
  const released = await readFile(file, 'utf8');
  if (!released.includes(from)) throw new Error(`${file} has no "${from}" to change.`);
  try {
    await writeFile(file, released.replace(from, to) + append);
    await bundle([app], { compiled: true });
    return await work();
  } finally {
    await writeFile(file, released);
    await bundle([app], { compiled: true });
  }
}
