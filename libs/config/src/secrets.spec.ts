import { FakeSecretsManager } from '../../../test/support/secrets-manager.js';
import { databaseAccess, secretEnvironment } from './secrets.js';

describe('settings from Secrets Manager', () => {
  let secrets: FakeSecretsManager;
  let aws: { AWS_REGION: string; AWS_ENDPOINT_URL: string };
  beforeEach(async () => {
    secrets = await FakeSecretsManager.start();
    aws = { AWS_REGION: 'eu-west-1', AWS_ENDPOINT_URL: secrets.endpoint };
  });
  afterEach(() => secrets.stop());

  it('returns an environment without secrets unchanged, and makes no call', async () => {
    const environment = { ...aws, DATABASE_URL: 'file:a.db' };
    expect(await secretEnvironment(environment)).toEqual(environment);
    expect(secrets.calls).toEqual([]);
  });

  it('adds the variables of a secret, and a whole secret under a name', async () => {
    secrets.put('app', { FINGERPRINT_KEY: 'k', ADMIN_PASSWORD: 'p' });
    secrets.put('keys', { keys: [] });
    const environment = await secretEnvironment({ ...aws, SECRETS: 'app, JWT_KEYS=keys' });
    expect(environment).toMatchObject({ FINGERPRINT_KEY: 'k', ADMIN_PASSWORD: 'p', JWT_KEYS: '{"keys":[]}' });
  });

  it('puts user and password into the database URL, whatever they contain', async () => {
    secrets.put('db', { username: 'orders', password: 'p@ss/w:rd?' });
    const { DATABASE_URL: url = '' } = await secretEnvironment({
      ...aws,
      DATABASE_SECRET: 'db',
      DATABASE_URL: 'mysql://db.internal:3306/commerce_orders?tls=required',
    });
    const { username, password, host, pathname, search } = new URL(url);
    expect([username, decodeURIComponent(password), host, pathname, search]).toEqual([
      'orders',
      'p@ss/w:rd?',
      'db.internal:3306',
      '/commerce_orders',
      '?tls=required',
    ]);
  });

  it('fetches credentials again when asked again, bypassing its cache', async () => {
    secrets.put('db', { username: 'orders', password: 'first' });
    const settings = { ...aws, DATABASE_SECRET: 'db', DATABASE_URL: 'mysql://h/d' };
    await secretEnvironment(settings);
    await secretEnvironment(settings);
    expect(secrets.calls).toHaveLength(1);
    secrets.put('db', { username: 'orders_clone', password: 'second' });
    const { credentials } = databaseAccess({ ...settings, DATABASE_POOL_SIZE: 1, DATABASE_MIGRATIONS: 'elsewhere' });
    expect(await credentials?.()).toEqual({ username: 'orders_clone', password: 'second' });
  });

  it.each([
    ['is missing', 'gone', undefined, /secret gone cannot be read/],
    ['is not JSON', 'text', 'hunter2', /secret text must hold a JSON object/],
  ])('stops the start when a secret %s, naming it and never its value', async (_, id, value, message) => {
    if (value !== undefined) secrets.put(id, value);
    const failure: unknown = await secretEnvironment({ ...aws, SECRETS: id }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: 'ConfigurationError', message: expect.stringMatching(message) as string });
    expect(String(failure)).not.toContain('hunter2');
  });
});
