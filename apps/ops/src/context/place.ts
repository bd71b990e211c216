import { serviceDatabaseUrl } from '@app/config';
import type { DatabaseAccess } from '@app/database';
import { Injectable } from '@nestjs/common';
import { OpsConfig } from '../ops.config.js';

export const SERVICES = ['users', 'products', 'orders', 'notifier'] as const;
export type ServiceName = (typeof SERVICES)[number];

/** Where the commands act: on the data of `npm start`. */
@Injectable()
export class Place {
  constructor(private readonly config: OpsConfig) {}

  /** Small pools: a command does one thing at a time. */
  database(service: ServiceName): Promise<DatabaseAccess> {
    const { DATA_DIR: dataDir, DATABASE_URL: databaseUrl } = this.config;
    return Promise.resolve({ url: serviceDatabaseUrl({ dataDir, databaseUrl }, service), poolSize: 2 });
  }

  get redisUrl(): string | undefined {
    return this.config.REDIS_URL;
  }
}
