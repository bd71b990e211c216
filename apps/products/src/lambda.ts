import 'reflect-metadata';
import { loadConfig, secretEnvironment } from '@app/config';
import { createLogger, NestLogger } from '@app/kernel';
import { bootOnce, createMessageServer, httpHandler, rpcHandler, scheduledHandler, sqsHandler } from '@app/lambda';
import { LambdaServer } from '@app/messaging';
import { Relay } from '@app/outbox';
import { NestFactory } from '@nestjs/core';
import { createProductsHttpApp, ProductsAppModule, productsEventServer } from './products-app.module.js';
import { ProductsConfig } from './products.config.js';
import { ReservationSweeper } from './reservations/reservation-sweeper.js';

const settings = bootOnce(async () => {
  const config = loadConfig(ProductsConfig, await secretEnvironment());
  const logger = createLogger({ service: 'products', level: config.LOG_LEVEL });
  return { config, logger, nestLogger: new NestLogger(logger) };
});

/** API Gateway. */
export const http = httpHandler(async () => {
  const { config, logger } = await settings();
  return createProductsHttpApp(config, logger);
});

/** Other services' commands. */
export const rpc = rpcHandler(async () => {
  const { config, logger, nestLogger } = await settings();
  return createMessageServer(ProductsAppModule.forConfig(config), new LambdaServer({ logger }), nestLogger);
});

/** This service's queue. */
export const events = sqsHandler(async () => {
  const { config, logger, nestLogger } = await settings();
  return createMessageServer(ProductsAppModule.forConfig(config), productsEventServer(config, logger), nestLogger);
});

/** Every minute: publishes what no request could, and settles expired holds. */
export const relay = scheduledHandler(
  async () => {
    const { config, nestLogger } = await settings();
    const module = ProductsAppModule.forConfig(config);
    return NestFactory.createApplicationContext(module, { logger: nestLogger, abortOnError: false });
  },
  async (app) => {
    await app.get(Relay).sweep();
    await app.get(ReservationSweeper).sweep();
  },
);
