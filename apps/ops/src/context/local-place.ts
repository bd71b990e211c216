import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { serviceDatabaseUrl } from '@app/config';
import type { DatabaseAccess } from '@app/database';
import { DomainError } from '@app/kernel';
import type { AwsOptions } from '@app/messaging';
import type { OpsConfig } from '../ops.config.js';
import { Place, type ServiceName } from './place.js';

/** The data of `npm start`, whether it runs or not; for its queues it must. */
export class LocalPlace extends Place {
  override readonly stage = 'local';

  constructor(private readonly config: OpsConfig) {
    super();
  }

  override database(service: ServiceName): Promise<DatabaseAccess> {
    const { DATA_DIR: dataDir, DATABASE_URL: databaseUrl } = this.config;
    return Promise.resolve({ url: serviceDatabaseUrl({ dataDir, databaseUrl }, service), poolSize: 2 });
  }

  override redisUrl(): Promise<string | undefined> {
    return Promise.resolve(this.config.REDIS_URL);
  }

  /** What the running platform was started with, else what it would be started with here. */
  override async currency(): Promise<string> {
    return (await this.read<{ currency: string }>('platform.json'))?.currency ?? this.config.CURRENCY;
  }

  override async aws(): Promise<AwsOptions> {
    const { AWS_REGION: region, AWS_ENDPOINT_URL: given } = this.config;
    const endpoint = given ?? (await this.read<{ aws_endpoint: string }>('platform.json'))?.aws_endpoint;
    if (endpoint === undefined) {
      throw new DomainError('service-unavailable', 'The queues live in the running platform: start it with npm start.');
    }
    return { region, endpoint };
  }

  override signingKeys(): Promise<string> {
    return Promise.resolve(this.config.JWT_KEYS ?? `file:${join(this.config.DATA_DIR, 'jwt-keys.json')}`);
  }

  override async addressHashKey(): Promise<string> {
    const secrets = await this.read<{ fingerprintKey: string }>('secrets.json');
    if (!secrets)
      throw new DomainError('service-unavailable', 'There is no platform here yet: start it with npm start.');
    return secrets.fingerprintKey;
  }

  private async read<T>(name: string): Promise<T | undefined> {
    try {
      return JSON.parse(await readFile(join(this.config.DATA_DIR, name), 'utf8')) as T;
    } catch {
      return undefined;
    }
  }
}
