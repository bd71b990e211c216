import { Database, DatabaseModule, watchDatabase } from '@app/database';
import { type Consumer, TOPOLOGY } from '@app/events';
import { admissionOf, createHttpApp, HealthChecks } from '@app/http';
import { type Logger, type Metrics, NoMetrics } from '@app/kernel';
import { CommandServer, connectServer, SqsServer } from '@app/messaging';
import { watchOutbox } from '@app/outbox';
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
  if (service.publishes) watchOutbox(metrics, app.get(Database));
  connectCommands(app, service, config, observed);
  if (service.hears) {
    const queue = createEventServer(service, config, observed);
    connectServer(app, queue);
    app.get(HealthChecks).add('queue', { check: () => queue.ping(), critical: false });
  }
  await app.startAllMicroservices();
  await app.init();
  await service.begin?.(app);
  for (const { sweeper, everyMs } of service.sweeps ?? []) app.get(sweeper).start(everyMs(config));
  return app;
}

@Module({})
class RootModule {}

/** All of the service's providers, its database among them. */
export function rootModule<C extends BaseConfig>(service: Service<C>, config: C, observed: Observed): DynamicModule {
  const database = service.database && DatabaseModule.forRoot(service.database(config));
  return { module: RootModule, imports: [...(database ? [database] : []), service.module(config, observed)] };
}

/** Its HTTP app alone, not initialised. */
export async function createServiceHttpApp<C extends BaseConfig>(
  service: Service<C>,
  config: C,
  observed: Observed,
): Promise<NestFastifyApplication> {
  const app = await createHttpApp(rootModule(service, config, observed), {
    service: service.name,
    title: service.title,
    corsOrigins: config.CORS_ORIGINS,
    docs: config.DOCS,
    strictPreconditions: false,
    ...observed,
    ...service.http?.(config),
  });
  service.assertServes?.(app);
  if (service.database) watchDatabase(observed.metrics, app.get(Database));
  return app;
}

/** The queue's side of it, fed by its own poller in a process and by the Lambda runtime on AWS. */
export function createEventServer<C extends BaseConfig>(service: Service<C>, config: C, observed: Observed): SqsServer {
  if (!service.hears)
    throw new Error(`The service ${service.name} hears no events: say in its definition which queue.`);
  return new SqsServer({
    visibilityTimeoutSeconds: TOPOLOGY.queues[service.name as Consumer].visibilityTimeoutSeconds,
    ...service.hears(config),
    ...observed,
  });
}

function connectCommands<C extends BaseConfig>(
  app: NestFastifyApplication,
  service: Service<C>,
  config: C,
  observed: Observed,
): void {
  if (!service.answers) return;
  const commands = new CommandServer({ ...service.answers(config), ...observed });
  connectServer(app, commands);
  if (service.commandsAreWork) admissionOf(app).countAlso(() => commands.inFlight);
}
