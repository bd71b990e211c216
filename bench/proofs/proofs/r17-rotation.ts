import { randomBytes } from 'node:crypto';
import { databaseAccess } from '@app/config';
import { Database, migrate, openDataSource } from '@app/database';
import { createLogger } from '@app/telemetry';
import { provide, type Server } from '../../../apps/databases/src/database/accounts.js';
import { rotate } from '../../../apps/databases/src/rotation.js';
import { SecretStore } from '../../../apps/databases/src/secret-store.js';
import { FakeSecretsManager } from '../../../test/support/secrets-manager.js';
import { atLeast, exactly, none } from '../frame/figures.js';
import { sleep, underLoad } from '../frame/load.js';
import type { Proof } from '../frame/proof.js';
import type { Stage } from '../frame/stage.js';

const INSTANCES = 8;
const SECRET = 'orders-database';
/** Connections end sometimes, as when an instance thaws or a network path changes; the next one must log in. */
const REQUESTS_PER_CONNECTION = 10;
const BETWEEN_MS = 1_000;

/**
 * The deployed rotation function rotates the password of a service's user while instances use the one read at their
 * start. To switch the guard off, this process opens them without a way to read it again.
 */
export const rotation: Proof = {
  name: 'R17',
  failure: 'a password rotation fails requests',
  mutants: ['static-password'],
  async run(stage) {
    const secrets = await FakeSecretsManager.start();
    const user = await newUser(stage, secrets);
    const instances = await Promise.all(
      Array.from({ length: INSTANCES }, () => openInstance(secrets, user.url, stage.mutants.length === 0)),
    );
    const seen = { requests: 0, failed: 0 };
    const store = new SecretStore({ region: 'eu-west-1', endpoint: secrets.endpoint });
    const parts = {
      store,
      publicKeysSecret: 'none',
      server: () => Promise.resolve(user.server),
      logger: createLogger({ service: 'proof', level: 'silent' }),
    };
    const passwords = new Set<string>();
    try {
      await underLoad(
        INSTANCES,
        async (client) => {
          seen.requests += 1;
          await request(instances[client], seen.requests).catch(() => (seen.failed += 1));
        },
        async () => {
          for (let i = 0; i < stage.amount(5, 3); i++) {
            await sleep(BETWEEN_MS);
            await rotateOnce(secrets, parts);
            passwords.add(secrets.current<{ password: string }>(SECRET).password);
          }
          await sleep(BETWEEN_MS);
        },
      );
    } finally {
      await Promise.all(instances.map((instance) => instance.close()));
      await secrets.stop();
    }
    return [
      exactly('rotations', passwords.size, stage.amount(5, 3)),
      atLeast('requests', seen.requests, 100),
      none('failed', seen.failed),
    ];
  },
};

/** Creates a database on the proof's server, with its user and secret as after a deployment. */
async function newUser(stage: Stage, secrets: FakeSecretsManager): Promise<{ url: string; server: Server }> {
  const { username, password, host } = new URL(stage.servers.database.url);
  const server = { url: `mysql://${host}`, credentials: { username, password } };
  const service = `proof_${randomBytes(4).toString('hex')}`;
  const database = `commerce_${service}`;
  const account = { service, username: service, password: 'the first password' };
  await provide(server, database, account);
  await migrate({
    url: `${stage.servers.database.url}/${database}`,
    defaultDatabase: '',
    entities: [],
    migrations: [],
    poolSize: 1,
  });
  secrets.put(SECRET, account);
  return { url: `mysql://${service}:${encodeURIComponent(account.password)}@${host}/${database}`, server };
}

async function openInstance(secrets: FakeSecretsManager, url: string, renews: boolean): Promise<Database> {
  const settings = {
    DATABASE_URL: url,
    DATABASE_POOL_SIZE: 2,
    DATABASE_MIGRATIONS: 'elsewhere' as const,
    DATABASE_SECRET: SECRET,
    AWS_REGION: 'eu-west-1',
    AWS_ENDPOINT_URL: secrets.endpoint,
  };
  const access = databaseAccess(settings);
  const credentials = renews ? access.credentials : undefined;
  const options = { ...access, credentials, defaultDatabase: '', entities: [], migrations: [] };
  return new Database(await openDataSource(options));
}

async function request(instance: Database | undefined, number: number): Promise<void> {
  if (!instance) throw new Error('There is no such instance.');
  await instance.query('SELECT COUNT(*) AS migrations FROM migrations');
  if (number % REQUESTS_PER_CONNECTION === 0) await dropConnection(instance);
}

async function dropConnection({ dataSource }: Database): Promise<void> {
  const runner = dataSource.createQueryRunner();
  const connection = (await runner.connect()) as { destroy(): void };
  connection.destroy();
}

async function rotateOnce(secrets: FakeSecretsManager, parts: Parameters<typeof rotate>[1]): Promise<void> {
  const ClientRequestToken = secrets.beginRotation(SECRET);
  for (const Step of ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const) {
    await rotate({ SecretId: SECRET, ClientRequestToken, Step }, parts);
  }
}
