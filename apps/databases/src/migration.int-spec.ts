import { randomBytes } from 'node:crypto';
import { createLogger } from '@app/telemetry';
import { createConnection } from 'mysql2/promise';
import { findDatabaseKind, startDatabaseServer } from '../../../test/support/database-server.js';
import type { RealServer } from '../../../test/support/process.js';
import { FakeSecretsManager } from '../../../test/support/secrets-manager.js';
import { type Credentials, provide, type Server } from './database/accounts.js';
import { prepareStage } from './migration.js';
import { rotate } from './rotation.js';
import { SecretStore } from './secret-store.js';
import { SERVICES } from '../../manifests.js';
import { databaseName } from './database-name.js';
import { firstKeySet } from './signing-keys.js';

const logger = createLogger({ service: 'test', level: 'silent' });
const KEYS = 'signing-keys';
const PUBLIC_KEYS = 'public-keys';
const secretOf = (service: string) => `${service}-user`;

// A server of its own: a stage's databases have fixed names, which a developer's server may have as well.
(findDatabaseKind() ? describe : describe.skip)('a new stage', () => {
  let real: RealServer;
  let secrets: FakeSecretsManager;
  let store: SecretStore;
  let server: Server;
  const names = SERVICES;
  const account = (service: string) => secrets.current<Credentials>(secretOf(service));
  const prepare = () =>
    prepareStage({
      store,
      server: () => Promise.resolve(server),
      userSecrets: Object.fromEntries(names.map((service) => [service, secretOf(service)])),
      signingKeysSecret: KEYS,
      publicKeysSecret: PUBLIC_KEYS,
      logger,
    });

  beforeAll(async () => {
    real = await startDatabaseServer();
    const { username, password, host } = new URL(real.url);
    server = { url: `mysql://${host}`, credentials: { username, password } };
    secrets = await FakeSecretsManager.start();
    store = new SecretStore({ region: 'eu-west-1', endpoint: secrets.endpoint });
    for (const service of names)
      secrets.put(secretOf(service), { service, username: `commerce_${service}`, password: newPassword() });
    secrets.put(KEYS, {});
    secrets.put(PUBLIC_KEYS, {});
    await prepare();
  }, 120_000);
  afterAll(async () => {
    await secrets?.stop();
    await real?.stop();
  });

  const newPassword = () => randomBytes(16).toString('hex');
  async function as({ username, password }: Credentials, database: string, sql: string): Promise<unknown[]> {
    const { hostname, port } = new URL(server.url);
    const connection = await createConnection({
      host: hostname,
      port: Number(port),
      user: username,
      password,
      database,
    });
    try {
      return (await connection.query(sql))[0] as unknown[];
    } finally {
      await connection.end();
    }
  }
  const denied = (code: string) => expect.objectContaining({ code }) as Error;

  it('has a migrated database for every service, whose user reads and writes rows', async () => {
    for (const service of names) {
      const rows = await as(account(service), databaseName(service), 'SELECT name FROM migrations');
      expect([service, rows.length > 0]).toEqual([service, true]);
    }
    const order = await as(account('orders'), databaseName('orders'), 'DELETE FROM outbox WHERE 1 = 0');
    expect(order).toMatchObject({ affectedRows: 0 });
  });

  it.each(['CREATE TABLE mine (id INT)', 'DROP TABLE migrations', 'ALTER TABLE outbox ADD COLUMN mine INT'])(
    'lets no service %s',
    async (sql) => {
      const attempt = as(account('orders'), databaseName('orders'), sql);
      await expect(attempt).rejects.toEqual(denied('ER_TABLEACCESS_DENIED_ERROR'));
    },
  );

  it("lets no service see another's database, nor the server's accounts", async () => {
    const others = as(account('orders'), databaseName('orders'), 'SELECT * FROM commerce_users.users');
    await expect(others).rejects.toEqual(denied('ER_TABLEACCESS_DENIED_ERROR'));
    await expect(as(account('orders'), 'commerce_users', 'SELECT 1')).rejects.toEqual(
      denied('ER_DBACCESS_DENIED_ERROR'),
    );
    const accounts = as(account('orders'), databaseName('orders'), 'SELECT * FROM mysql.user');
    await expect(accounts).rejects.toEqual(denied('ER_TABLEACCESS_DENIED_ERROR'));
  });

  it('grants a database by its name, in which an underscore is no wildcard', async () => {
    const grants = await as(account('orders'), databaseName('orders'), 'SHOW GRANTS');
    expect(JSON.stringify(grants)).toContain('`commerce\\\\_orders`');
  });

  it('is left as it is by the same release again', async () => {
    const before = { keys: secrets.current(KEYS), orders: await migrations() };
    await prepare();
    expect({ keys: secrets.current(KEYS), orders: await migrations() }).toEqual(before);
  });
  const migrations = () => as(account('orders'), databaseName('orders'), 'SELECT * FROM migrations ORDER BY id');

  it('gets a key that can sign, once', () => {
    const { keys } = secrets.current<{ keys: { kty: string; d: string; kid: string }[] }>(KEYS);
    expect(keys).toEqual([expect.objectContaining({ kty: 'EC', d: expect.any(String) as string })]);
    const [{ kid, d } = { kid: '', d: '' }] = keys;
    expect(secrets.current(PUBLIC_KEYS)).toEqual({ keys: [expect.objectContaining({ kty: 'EC', kid })] });
    expect(JSON.stringify(secrets.current(PUBLIC_KEYS))).not.toContain(d);
  });

  describe('whose secrets are rotated', () => {
    const steps = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;
    const rotateOnce = async (id: string, times = 1) => {
      const ClientRequestToken = secrets.beginRotation(id);
      const parts = { store, server: () => Promise.resolve(server), publicKeysSecret: PUBLIC_KEYS, logger };
      for (const Step of steps)
        for (let i = 0; i < times; i++) await rotate({ SecretId: id, ClientRequestToken, Step }, parts);
    };

    it('goes to a second user, then back, and the one before is let in until the next rotation', async () => {
      const first = account('products');
      await rotateOnce(secretOf('products'));
      const second = account('products');
      expect([first.username, second.username]).toEqual(['commerce_products', 'commerce_products_clone']);
      for (const each of [first, second]) await as(each, databaseName('products'), 'SELECT * FROM products');

      await rotateOnce(secretOf('products'));
      const third = account('products');
      expect(third.username).toBe(first.username);
      expect(third.password).not.toBe(first.password);
      for (const each of [second, third]) await as(each, databaseName('products'), 'SELECT * FROM products');
      await expect(as(first, databaseName('products'), 'SELECT 1')).rejects.toEqual(denied('ER_ACCESS_DENIED_ERROR'));
    });

    it('may have every step repeated', async () => {
      await rotateOnce(secretOf('users'), 2);
      expect(account('users').username).toBe('commerce_users_clone');
      await as(account('users'), databaseName('users'), 'SELECT * FROM users');
    });

    it('keeps the secret when the server does not let the new user in', async () => {
      const before = account('notifier');
      const ClientRequestToken = secrets.beginRotation(secretOf('notifier'));
      const parts = { store, server: () => Promise.resolve(server), publicKeysSecret: PUBLIC_KEYS, logger };
      const step = (Step: (typeof steps)[number]) =>
        rotate({ SecretId: secretOf('notifier'), ClientRequestToken, Step }, parts);
      await step('createSecret');
      await step('setSecret');
      await provide(server, databaseName('notifier'), { username: 'commerce_notifier_clone', password: 'another' });
      await expect(step('testSecret')).rejects.toEqual(denied('ER_ACCESS_DENIED_ERROR'));
      expect(account('notifier')).toEqual(before);
    });

    it('puts a new signing key behind the one that signs', async () => {
      const kids = (id = KEYS) => secrets.current<{ keys: { kid: string }[] }>(id).keys.map(({ kid }) => kid);
      const [signing] = kids();
      await rotateOnce(KEYS, 2);
      expect(kids()).toEqual([signing, expect.any(String)]);
      expect(kids(PUBLIC_KEYS)).toEqual(kids());
      // A third key at once would end sessions: the function refuses, and Secrets Manager tries again later.
      await expect(rotateOnce(KEYS)).rejects.toThrow('The last rotation has not ended');
      expect(kids()).toHaveLength(2);
    });

    it('tells verifiers of a new signing key before the signer', async () => {
      secrets.put(KEYS, firstKeySet());
      await prepare();
      const kids = (id: string) => secrets.current<{ keys: { kid: string }[] }>(id).keys.map(({ kid }) => kid);
      const ClientRequestToken = secrets.beginRotation(KEYS);
      const parts = { store, server: () => Promise.resolve(server), publicKeysSecret: PUBLIC_KEYS, logger };
      for (const Step of ['createSecret', 'setSecret'] as const)
        await rotate({ SecretId: KEYS, ClientRequestToken, Step }, parts);
      expect([kids(KEYS).length, kids(PUBLIC_KEYS).length]).toEqual([1, 2]);
      expect(kids(PUBLIC_KEYS)[0]).toBe(kids(KEYS)[0]);
    });
  });
});
