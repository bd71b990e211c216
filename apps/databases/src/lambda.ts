import { loadConfig } from '@app/config';
import { bootOnce, handlerOf } from '@app/lambda';
import { createLogger } from '@app/telemetry';
import type { CloudFormationCustomResourceEvent, Context } from 'aws-lambda';
import { answerCloudFormation } from './custom-resource.js';
import type { Credentials } from './database/accounts.js';
import { DatabasesConfig } from './databases.config.js';
import { prepareStage } from './migration.js';
import { rotate as rotateStep, type RotationEvent } from './rotation.js';
import { SecretStore } from './secret-store.js';

const boot = bootOnce(() => {
  const config = loadConfig(DatabasesConfig);
  const logger = createLogger({ service: 'databases', level: config.LOG_LEVEL });
  const store = new SecretStore({ region: config.AWS_REGION, endpoint: config.AWS_ENDPOINT_URL });
  const server = async () => ({
    url: config.DATABASE_URL,
    credentials: JSON.parse(await store.current(config.MASTER_SECRET)) as Credentials,
  });
  return Promise.resolve({ config, logger, store, server });
});

/** The custom resource that every other function depends on. */
export const migrate = handlerOf(
  boot,
  ({ config, ...parts }, event: CloudFormationCustomResourceEvent, context: Context) => {
    const entries = config.USER_SECRETS.split(',').map((entry) => entry.split('=') as [string, string]);
    const userSecrets = Object.fromEntries(entries);
    const { SIGNING_KEYS_SECRET: signingKeysSecret, PUBLIC_KEYS_SECRET: publicKeysSecret } = config;
    const work = () => prepareStage({ ...parts, userSecrets, signingKeysSecret, publicKeysSecret });
    return answerCloudFormation(event, context, { digest: config.MIGRATIONS_DIGEST, work, logger: parts.logger });
  },
);

/** Secrets Manager calls it once per step of a rotation. */
export const rotate = handlerOf(boot, ({ config, ...parts }, event: RotationEvent) =>
  rotateStep(event, { ...parts, publicKeysSecret: config.PUBLIC_KEYS_SECRET }),
);
