import 'reflect-metadata';
import { loadConfig, secretEnvironment } from '@app/config';
import { Database, watchDatabase } from '@app/database';
import { createLogger, NestLogger } from '@app/kernel';
import { bootOnce, createMessageServer, httpHandler, rpcHandler, scheduledHandler } from '@app/lambda';
import { LambdaServer } from '@app/messaging';
import { EmfMetrics } from '@app/metrics';
import { Relay, watchOutbox } from '@app/outbox';
import { NestFactory } from '@nestjs/core';
import { FirstAdmin } from './users/first-admin.js';
import { createUsersHttpApp, UsersAppModule } from './users-app.module.js';
import { UsersConfig } from './users.config.js';

const settings = bootOnce(async () => {
  const config = loadConfig(UsersConfig, await secretEnvironment());
  const logger = createLogger({ service: 'users', level: config.LOG_LEVEL });
  const metrics = new EmfMetrics({ service: 'users', stage: config.STAGE });
  return { config, logger, metrics, nestLogger: new NestLogger(logger) };
});

/** API Gateway. */
export const http = httpHandler(async () => {
  const { config, logger, metrics } = await settings();
  return createUsersHttpApp(config, logger, metrics);
});

/** Other services' commands. */
export const rpc = rpcHandler(async () => {
  const { config, logger, metrics, nestLogger } = await settings();
  return createMessageServer(
    UsersAppModule.forConfig(config),
    new LambdaServer({ logger, metrics }),
    nestLogger,
    (app) => watchDatabase(metrics, app.get(Database)),
  );
});

/** Every minute: publishes what no request could; the first one creates the first administrator. */
export const relay = scheduledHandler(
  async () => {
    const { config, metrics, nestLogger } = await settings();
    const module = UsersAppModule.forConfig(config);
    const app = await NestFactory.createApplicationContext(module, { logger: nestLogger, abortOnError: false });
    watchOutbox(metrics, app.get(Database));
    await app.get(FirstAdmin).ensure();
    return app;
  },
  async (app) => {
    await app.get(Relay).sweep();
    const { metrics } = await settings();
    await metrics.tellGauges();
  },
);
