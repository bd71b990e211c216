import { migrate } from '@app/database';
import type { Logger } from '@app/telemetry';
import { databaseOf } from '../../data-sources.js';
import { addressOf, type Credentials, provide, type Server } from './database/accounts.js';
import type { SecretStore } from './secret-store.js';
import { databaseName } from './database-name.js';
import { firstKeySet, isKeySet, publicKeySet } from './signing-keys.js';

export interface MigrationParts {
  store: SecretStore;
  /** The server as its administrator. */
  server: () => Promise<Server>;
  /** Service → id of its user's secret. */
  userSecrets: Record<string, string>;
  signingKeysSecret: string;
  /** The public part of them, for functions that sign nothing. */
  publicKeysSecret: string;
  logger: Logger;
}

/** Brings the stage to where this release's functions expect it: databases, their users, schemas, signing keys. */
export async function prepareStage(parts: MigrationParts): Promise<void> {
  const { store, server, userSecrets, logger } = parts;
  const administrator = await server();
  for (const [service, secret] of Object.entries(userSecrets)) {
    const database = databaseName(service);
    await provide(administrator, database, JSON.parse(await store.current(secret)) as Credentials);
    await migrate(await databaseOf(service, { url: addressOf(administrator, database), poolSize: 1 }));
    logger.info({ database }, 'migrated');
  }
  await provideKeys(parts);
}

async function provideKeys({ store, signingKeysSecret, publicKeysSecret, logger }: MigrationParts): Promise<void> {
  if (!isKeySet(await store.current(signingKeysSecret))) {
    await store.replace(signingKeysSecret, firstKeySet());
    logger.info('created the first signing keys');
  }
  const published = publicKeySet(await store.current(signingKeysSecret));
  if ((await store.current(publicKeysSecret)) !== published) await store.replace(publicKeysSecret, published);
}
