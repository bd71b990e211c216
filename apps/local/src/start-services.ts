import { randomBytes } from 'node:crypto';
import { type Environment, loadConfig } from '@app/config';
import { createTopology } from '@app/messaging';
import { createApp } from '@app/service';
import type { Prometheus } from '@app/telemetry';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { MANIFESTS, type ServiceName, SERVICES } from '../../manifests.js';
import { QUEUES } from '../../queues.js';
import type { RequestJournal } from './dev/request-journal.js';
import { freePorts } from './embedded/ports.js';
import { loadSecrets } from './embedded/secrets.js';
import { type EmbeddedStripe, environments, type Overrides } from './environment.js';
import { loadService } from './load-service.js';
import type { Login } from './seed.js';
import { isLoopback } from './machine/this-machine.js';

export interface ServicesOptions {
  host: string;
  dataDir: string;
  databaseUrl?: string | undefined;
  redisUrl?: string | undefined;
  logLevel: string;
  /** Further environment variables of the services. */
  settings?: Environment | undefined;
  /** Default all. */
  services?: readonly ServiceName[];
  overrides?: Overrides;
}

export type Apps = Partial<Record<ServiceName, NestFastifyApplication>>;

interface Parts {
  /** The gateway's address. */
  publicUrl: string;
  mailEndpoint: string;
  awsEndpoint: string;
  stripe: EmbeddedStripe;
  region: string;
  metrics: Prometheus;
  admin: Login | undefined;
  journal: RequestJournal;
  onFailure: (stop: () => Promise<unknown>) => void;
}

/** Starts the services in this process one by one, and registers each with `onFailure`. */
export async function startServices(options: ServicesOptions, parts: Parts): Promise<Apps> {
  const { publicUrl, awsEndpoint, mailEndpoint, stripe, region, admin } = parts;
  const topology = await createTopology('local', QUEUES, { endpoint: awsEndpoint, region });
  const answering = SERVICES.filter((name) => MANIFESTS[name].answers);
  const ports = await freePorts(answering.length);
  const environment = environments({
    dataDir: options.dataDir,
    isLoopback: isLoopback(options.host),
    publicUrl,
    databaseUrl: options.databaseUrl,
    redisUrl: options.redisUrl,
    logLevel: options.logLevel,
    awsEndpoint,
    mailEndpoint,
    stripe,
    topicArn: topology.topicArn,
    queueUrls: topology.queueUrls,
    commandPorts: Object.fromEntries(answering.map((name, index) => [name, ports[index]])),
    commandsSecret: randomBytes(32).toString('base64url'),
    secrets: await loadSecrets(options.dataDir),
    admin,
    settings: options.settings,
    overrides: options.overrides,
  });
  const apps: Apps = {};
  for (const name of options.services ?? SERVICES) {
    const logger = parts.journal.logger(name, options.logLevel);
    const service = await loadService(name);
    const app = await createApp(service, loadConfig(service.config, environment[name]), logger, parts.metrics.of(name));
    parts.onFailure(() => app.close());
    apps[name] = app;
  }
  return apps;
}
