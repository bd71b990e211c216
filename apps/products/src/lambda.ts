import 'reflect-metadata';
import { loadConfig, secretEnvironment } from '@app/config';
import { Database, watchDatabase } from '@app/database';
import { createLogger, NestLogger } from '@app/kernel';
import { bootOnce, createMessageServer, httpHandler, rpcHandler, scheduledHandler, sqsHandler } from '@app/lambda';
import { LambdaServer } from '@app/messaging';
import { EmfMetrics } from '@app/metrics';
import { Relay, watchOutbox } from '@app/outbox';
import { NestFactory } from '@nestjs/core';
import { createProductsHttpApp, ProductsAppModule, productsEventServer } from './products-app.module.js';
import { ProductsConfig } from './products.config.js';
import { ReservationSweeper } from './reservations/reservation-sweeper.js';
import { WordsSweeper } from './search/words.sweeper.js';

const settings = bootOnce(async () => {
  const config = loadConfig(ProductsConfig, await secretEnvironment());
  const logger = createLogger({ service: 'products', level: config.LOG_LEVEL });
  const metrics = new EmfMetrics({ service: 'products', stage: config.STAGE });
  return { config, logger, metrics, nestLogger: new NestLogger(logger) };
});

/** API Gateway. */
export const http = httpHandler(async () => {
  const { config, logger, metrics } = await settings();
  return createProductsHttpApp(config, logger, metrics);
});

/** Other services' commands. */
export const rpc = rpcHandler(async () => {
  const { config, logger, metrics, nestLogger } = await settings();
  return createMessageServer(
    ProductsAppModule.forConfig(config),
    new LambdaServer({ logger, metrics }),
    nestLogger,
    (app) => watchDatabase(metrics, app.get(Database)),
  );
});

/** This service's queue. */
export const events = sqsHandler(async () => {
  const { config, logger, metrics, nestLogger } = await settings();
  return createMessageServer(
    ProductsAppModule.forConfig(config),
    productsEventServer(config, logger, metrics),
    nestLogger,
    (app) => watchDatabase(metrics, app.get(Database)),
  );
});

/** Every minute: publishes what no request could, and settles expired holds. */
export const relay = scheduledHandler(
  async () => {
    const { config, metrics, nestLogger } = await settings();
    const module = ProductsAppModule.forConfig(config);
    const app = await NestFactory.createApplicationContext(module, { logger: nestLogger, abortOnError: false });
    watchOutbox(metrics, app.get(Database));
    return app;
  },
  async (app) => {
    await app.get(Relay).sweep();
    await app.get(ReservationSweeper).sweep();
    await app.get(WordsSweeper).sweep();
    const { metrics } = await settings();
    await metrics.tellGauges();
  },
);
