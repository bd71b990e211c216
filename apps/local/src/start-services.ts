import { randomBytes } from 'node:crypto';
import { type Environment, loadConfig } from '@app/config';
import type { Logger, Metrics } from '@app/kernel';
import { createTopology } from '@app/messaging';
import type { Prometheus } from '@app/metrics';
import { type BaseConfig, createApp, type Service } from '@app/service';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { notifier } from '../../notifier/src/notifier-app.module.js';
import { orders } from '../../orders/src/orders-app.module.js';
import { products } from '../../products/src/products-app.module.js';
import { users } from '../../users/src/users-app.module.js';
import type { RequestJournal } from './dev/request-journal.js';
import { freePorts } from './embedded/ports.js';
import { loadSecrets } from './embedded/secrets.js';
import { environments, type Overrides, type ServiceName, SERVICES } from './environment.js';
import type { Login } from './seed.js';
import { isLoopback } from './this-machine.js';

export interface ServicesOptions {
  host: string;
  dataDir: string;
  databaseUrl?: string | undefined;
  redisUrl?: string | undefined;
  logLevel: string;
  /** Further settings of the services, as in their environment. */
  settings?: Environment | undefined;
  /** Default all. */
  services?: readonly ServiceName[];
  overrides?: Overrides;
}

export type Apps = Partial<Record<ServiceName, NestFastifyApplication>>;

interface Parts {
  /** Where the gateway listens. */
  publicUrl: string;
  mailEndpoint: string;
  awsEndpoint: string;
  region: string;
  metrics: Prometheus;
  admin: Login | undefined;
  journal: RequestJournal;
  onFailure: (stop: () => Promise<unknown>) => void;
}

type ServiceFactory = (env: Environment, logger: Logger, metrics: Metrics) => Promise<NestFastifyApplication>;

const factory =
  <C extends BaseConfig>(service: Service<C>): ServiceFactory =>
  (env, logger, metrics) =>
    createApp(service, loadConfig(service.config, env), logger, metrics);

const SERVICE_APPS: Record<ServiceName, ServiceFactory> = {
  users: factory(users),
  products: factory(products),
  orders: factory(orders),
  notifier: factory(notifier),
};

/** Starts the services in this process, one after the other; `onFailure` is told how each that runs is stopped. */
export async function startServices(options: ServicesOptions, parts: Parts): Promise<Apps> {
  const { publicUrl, awsEndpoint, mailEndpoint, region, admin } = parts;
  const topology = await createTopology('local', { endpoint: awsEndpoint, region });
  const [usersPort = 0, productsPort = 0, ordersPort = 0] = await freePorts(3);
  const environment = environments({
    dataDir: options.dataDir,
    isLoopback: isLoopback(options.host),
    publicUrl,
    databaseUrl: options.databaseUrl,
    redisUrl: options.redisUrl,
    logLevel: options.logLevel,
    awsEndpoint,
    mailEndpoint,
    topicArn: topology.topicArn,
    queueUrls: topology.queueUrls,
    commandPorts: { users: usersPort, products: productsPort, orders: ordersPort },
    commandsSecret: randomBytes(32).toString('base64url'),
    secrets: await loadSecrets(options.dataDir),
    admin,
    settings: options.settings,
    overrides: options.overrides,
  });
  const apps: Apps = {};
  for (const name of options.services ?? SERVICES) {
    const logger = parts.journal.logger(name, options.logLevel);
    const app = await SERVICE_APPS[name](environment[name], logger, parts.metrics.of(name));
    parts.onFailure(() => app.close());
    apps[name] = app;
  }
  return apps;
}
