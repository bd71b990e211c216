import type { ServiceConfig } from '@app/config';
import { Database, DatabaseModule, watchDatabase } from '@app/database';
import { queueOf } from '@app/events';
import { admissionOf, createHttpApp, HealthChecks } from '@app/http';
import { Clock, SystemClock } from '@app/kernel';
import { CommandServer, connectServer, SqsServer } from '@app/messaging';
import { watchOutbox } from '@app/outbox';
import { type Logger, type Metrics, NoMetrics } from '@app/telemetry';
import { type DynamicModule, Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { BaseConfig, Observed, Service } from './define-service.js';

/** The service with all of its inputs: HTTP does not listen yet, commands and events already arrive. */
export async function createApp<C extends BaseConfig>(
  service: Service<C>,
  config: C,
  logger: Logger,
  metrics: Metrics = new NoMetrics(),
): Promise<NestFastifyApplication> {
  const observed = { logger, metrics };
  const app = await createServiceHttpApp(service, config, observed);
  return orClosed(app, async () => {
    if (service.manifest.publishes) watchOutbox(metrics, app.get(Database));
    connectCommands(app, service, config, observed);
    if (service.manifest.hears) {
      const queue = createEventServer(service, config, observed);
      connectServer(app, queue);
      app.get(HealthChecks).add('queue', { check: () => queue.ping(), critical: false });
    }
    await app.startAllMicroservices();
    await app.init();
    await service.begin?.(app);
    for (const { sweeper, everyMs } of service.sweeps ?? []) app.get(sweeper).start(everyMs(config));
  });
}

/** Returns the app after the next steps of its start. If one fails, nothing that has started stays open. */
async function orClosed(
  app: NestFastifyApplication,
  start: () => Promise<void> | void,
): Promise<NestFastifyApplication> {
  try {
    await start();
    return app;
  } catch (error) {
    // The caller is told why the start failed, not what else failed after it.
    await app.close().catch(() => undefined);
    throw error;
  }
}

@Module({})
class RootModule {}

/** All of the service's providers, its database among them. */
export function rootModule<C extends BaseConfig>(service: Service<C>, config: C, observed: Observed): DynamicModule {
  const database = service.database && DatabaseModule.forRoot(service.database(config));
  const own = service.module(config, observed);
  const whole = {
    ...own,
    imports: [...(own.imports ?? []), ...service.surroundings(config)],
    providers: [{ provide: Clock, useClass: SystemClock }, ...(own.providers ?? [])],
  };
  return { module: RootModule, imports: [...(database ? [database] : []), whole] };
}

/** Its HTTP app alone, not initialised. */
export async function createServiceHttpApp<C extends BaseConfig>(
  service: Service<C>,
  config: C,
  observed: Observed,
): Promise<NestFastifyApplication> {
  const app = await createHttpApp(rootModule(service, config, observed), {
    service: service.manifest.name,
    title: service.manifest.title,
    corsOrigins: config.CORS_ORIGINS,
    docs: config.DOCS,
    strictPreconditions: false,
    ...observed,
    ...service.http?.(config),
  });
  return orClosed(app, () => {
    service.assertServes?.(app);
    if (service.database) watchDatabase(observed.metrics, app.get(Database));
  });
}

/** The queue's side of it, fed by its own poller in a process and by the Lambda runtime on AWS. */
export function createEventServer<C extends BaseConfig>(service: Service<C>, config: C, observed: Observed): SqsServer {
  const { manifest, concurrency } = service;
  if (!hasQueue(config)) throw new Error(`${manifest.name} hears events: declare QUEUE_URL in its configuration.`);
  return new SqsServer({
    region: config.AWS_REGION,
    endpoint: config.AWS_ENDPOINT_URL,
    queueUrl: config.QUEUE_URL,
    visibilityTimeoutSeconds: queueOf(manifest).visibilityTimeoutSeconds,
    ...(concurrency !== undefined && { concurrency }),
    ...observed,
  });
}

type QueueConfig = BaseConfig & Pick<ServiceConfig, 'AWS_REGION' | 'AWS_ENDPOINT_URL'> & { QUEUE_URL: string };
const hasQueue = (config: BaseConfig): config is QueueConfig => 'QUEUE_URL' in config;

function connectCommands<C extends BaseConfig>(
  app: NestFastifyApplication,
  service: Service<C>,
  config: C,
  observed: Observed,
): void {
  if (!service.commandsAt) return;
  const commands = new CommandServer({ ...service.commandsAt(config), ...observed });
  connectServer(app, commands);
  if (service.commandsAreWork) admissionOf(app).countAlso(() => commands.inFlight);
}
