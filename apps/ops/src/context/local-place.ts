import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { serviceDatabaseUrl } from '@app/config';
import { type DatabaseAccess, listMigrations } from '@app/database';
import { DomainError } from '@app/kernel';
import type { AwsOptions } from '@app/messaging';
import type { MediaAccess } from '../../../products/src/media-operations-app.module.js';
import type { ProviderAccess } from '../../../payments/src/operations-app.module.js';
import { databaseOf } from '../../../data-sources.js';
import type { ServiceName } from '../../../manifests.js';
import type { OpsConfig } from '../ops.config.js';
import { Place } from './place.js';

/** Written by the running platform for these commands. */
interface Places {
  aws_endpoint: string;
  /** ISO 4217 */
  currency: string;
  /** Of images; a platform of an earlier release has none. */
  media_bucket?: string;
  /** Unless payments uses an account at Stripe. */
  stripe?: { endpoint: string; secret_key: string };
}

/** The data of `npm start`. The platform must run only for its queues. */
export class LocalPlace extends Place {
  override readonly stage = 'local';

  constructor(private readonly config: OpsConfig) {
    super();
  }

  override async database(service: ServiceName): Promise<DatabaseAccess> {
    const access = await this.databaseToMigrate(service);
    const migrations = await listMigrations(await databaseOf(service, access));
    const pending = migrations.filter(({ ran }) => !ran).length;
    if (pending === 0) return access;
    const sentence =
      pending === migrations.length
        ? `There is no database of ${service} here yet: start the platform with npm start, or run npm run ops -- migrate up.`
        : `The database of ${service} is ${pending} of its ${migrations.length} migrations behind: run npm run ops -- migrate up ${service}.`;
    throw new DomainError('service-unavailable', sentence);
  }

  override async databaseToMigrate(service: ServiceName): Promise<DatabaseAccess> {
    const { DATA_DIR: dataDir, DATABASE_URL: databaseUrl } = this.config;
    if (databaseUrl === undefined) await this.assertDataDir();
    return { url: serviceDatabaseUrl({ dataDir, databaseUrl }, service), poolSize: 2, migrated: 'elsewhere' };
  }

  override redisUrl(): Promise<string | undefined> {
    return Promise.resolve(this.config.REDIS_URL);
  }

  /** The currency of the running platform, otherwise the configured one. */
  override async currency(): Promise<string> {
    return (await this.read<Places>('platform.json'))?.currency ?? this.config.CURRENCY;
  }

  override async aws(): Promise<AwsOptions> {
    const { AWS_REGION: region, AWS_ENDPOINT_URL: given } = this.config;
    const endpoint = given ?? (await this.read<Places>('platform.json'))?.aws_endpoint;
    if (endpoint === undefined) {
      await this.assertDataDir();
      throw new DomainError('service-unavailable', 'The queues live in the running platform: start it with npm start.');
    }
    return { region, endpoint };
  }

  override async signingKeys(): Promise<string> {
    if (this.config.JWT_KEYS !== undefined) return this.config.JWT_KEYS;
    await this.assertDataDir();
    return `file:${join(this.config.DATA_DIR, 'jwt-keys.json')}`;
  }

  override publicKeys(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  override async addressHashKey(): Promise<string> {
    const secrets = await this.read<{ fingerprintKey: string }>('secrets.json');
    if (secrets) return secrets.fingerprintKey;
    await this.assertDataDir();
    throw new DomainError('service-unavailable', 'There is no platform here yet: start it with npm start.');
  }

  override async media(): Promise<MediaAccess> {
    const aws = await this.aws();
    const bucket = (await this.read<Places>('platform.json'))?.media_bucket;
    if (bucket !== undefined) return { bucket, ...aws };
    throw new DomainError('service-unavailable', 'Images lie in the running platform: start it with npm start.');
  }

  /** That of STRIPE_SECRET_KEY, otherwise the embedded one of the running platform. */
  override async paymentProvider(): Promise<ProviderAccess> {
    const { STRIPE_SECRET_KEY: secretKey } = this.config;
    if (secretKey !== undefined) return { secretKey };
    const embedded = (await this.read<Places>('platform.json'))?.stripe;
    if (embedded) {
      const { hostname: host, port } = new URL(embedded.endpoint);
      return { secretKey: embedded.secret_key, host, port: Number(port), protocol: 'http' };
    }
    await this.assertDataDir();
    const sentence =
      'The payment provider is part of the running platform: start it with npm start, or set STRIPE_SECRET_KEY as for npm start.';
    throw new DomainError('service-unavailable', sentence);
  }

  private async read<T>(name: string): Promise<T | undefined> {
    try {
      return JSON.parse(await readFile(join(this.config.DATA_DIR, name), 'utf8')) as T;
    } catch {
      return undefined;
    }
  }

  /** A missing folder is probably a misspelt one, so it is not created. */
  private async assertDataDir(): Promise<void> {
    const { DATA_DIR: folder } = this.config;
    const found = await stat(folder).catch(() => undefined);
    if (found?.isDirectory()) return;
    const sentence = `There is no folder ${resolve(folder)}: set DATA_DIR to that of the platform, or create it with npm start.`;
    throw new DomainError('not-found', sentence);
  }
}
