import { loadConfig } from '@app/config';
import { createServiceHttpApp, rootModule } from '@app/service';
import { createLogger, NoMetrics } from '@app/telemetry';
import { NestFactory } from '@nestjs/core';
import { createEmbeddedDatabase, type TestDatabase } from '../../../test/support/databases.js';
import { newSigningKey } from '../../../test/support/signing-key.js';
import { publicText } from './keys/key-set.js';
import { UsersCommandsController } from './users/users.commands.controller.js';
import { service as users } from './users-app.module.js';
import { UsersConfig } from './users.config.js';

describe('the users service with public keys only', () => {
  let database: TestDatabase;
  beforeAll(async () => void (database = await createEmbeddedDatabase()));
  afterAll(() => database.remove());

  const observed = { logger: createLogger({ service: 'users', level: 'silent' }), metrics: new NoMetrics() };
  const published = publicText(JSON.stringify({ keys: [newSigningKey('k1')] }));
  const config = () =>
    loadConfig(UsersConfig, {
      STAGE: 'test',
      DATABASE_URL: database.url,
      TOPIC_ARN: 'arn:aws:sns:eu-west-1:000000000000:commerce-test-events',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
      JWT_KEYS: published,
      FINGERPRINT_KEY: 'a test key of thirty-two characters or more',
    });

  it('returns the keys to other services, as its rpc function on AWS does', async () => {
    const app = await NestFactory.createApplicationContext(rootModule(users, config(), observed), { logger: false });
    expect(JSON.stringify(await app.get(UsersCommandsController).getKeys())).toBe(published);
    await app.close();
  });

  it('does not start as a process that issues tokens', async () => {
    const start = createServiceHttpApp(users, config(), observed);
    await expect(start).rejects.toThrow(/^JWT_KEYS must be a JSON Web Key Set with at least one private/);
  });
});
