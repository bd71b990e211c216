import { backgroundSettled } from '@app/async';
import { loadConfig } from '@app/config';
import { Database } from '@app/database';
import { type BaseConfig, createServiceHttpApp, type Observed, type Service } from '@app/service';
import { createLogger, EmfMetrics } from '@app/telemetry';
import { service as notifier } from '../../apps/notifier/src/notifier-app.module.js';
import { service as users } from '../../apps/users/src/users-app.module.js';
import { describeOnEachDatabase } from '../support/databases.js';
import { newSigningKey } from '../support/signing-key.js';

const ENVIRONMENT = {
  STAGE: 'test',
  FINGERPRINT_KEY: 'a test key of thirty-two characters or more',
  AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
  TOPIC_ARN: 'arn:aws:sns:eu-west-1:000000000000:commerce-test-events',
  QUEUE_URL: 'http://127.0.0.1:9/queue',
  MAIL_FROM: 'shop@example.com',
  ACCOUNT_URL: 'https://shop.example/account',
  PAYMENT_URL: 'https://shop.example/pay',
  JWT_KEYS: JSON.stringify({ keys: [newSigningKey('k1')] }),
};
const creates =
  <C extends BaseConfig>(service: Service<C>) =>
  (env: NodeJS.ProcessEnv, observed: Observed) =>
    createServiceHttpApp(service, loadConfig(service.config, env), observed);
const APPS = { users: creates(users), notifier: creates(notifier) };

describeOnEachDatabase('what a request on Lambda tells', (databaseUrl, kind) => {
  // The embedded database has no pool.
  const pool = kind === 'mysql' ? ['busy', 'idle', 'waiting'] : [];

  it.each(['users', 'notifier'] as const)('of %s: query time and use of the pool', async (service) => {
    const lines: string[] = [];
    const metrics = new EmfMetrics({ service, stage: 'test' }, (line) => void lines.push(line));
    const environment = { ...ENVIRONMENT, DATABASE_URL: databaseUrl() };
    const app = await APPS[service](environment, { logger: createLogger({ service, level: 'silent' }), metrics });
    await app.init();
    await app.get(Database).ping();
    for (let n = 0; n < 2; n++) {
      expect((await app.inject({ method: 'GET', url: '/health/live' })).statusCode).toBe(200);
      await backgroundSettled(5_000);
    }
    await app.close();
    const entries = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(entries.filter((line) => 'http_request_seconds' in line)).toHaveLength(2);
    expect(entries.filter((line) => 'database_connections' in line).map(({ state }) => state)).toEqual(pool);
  });
});
