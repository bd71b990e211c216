import 'reflect-metadata';
import { loadConfig } from '@app/config';
import { createLogger, NestLogger } from '@app/kernel';
import { bootOnce, createMessageServer, httpHandler, rpcHandler, sqsHandler } from '@app/lambda';
import { LambdaServer } from '@app/messaging';
import { Relay } from '@app/outbox';
import { NestFactory } from '@nestjs/core';
import { createProductsHttpApp, ProductsAppModule, productsEventServer } from './products-app.module.js';
import { ProductsConfig } from './products.config.js';
import { ReservationSweeper } from './reservations/reservation-sweeper.js';

const config = loadConfig(ProductsConfig);
const logger = createLogger({ service: 'products', level: config.LOG_LEVEL });
const messageServer = <S extends Parameters<typeof createMessageServer>[1]>(server: S) =>
  createMessageServer(ProductsAppModule.forConfig(config), server, new NestLogger(logger));

/** API Gateway. */
export const http = httpHandler(() => createProductsHttpApp(config, logger));

/** Other services' commands. */
export const rpc = rpcHandler(() => messageServer(new LambdaServer({ logger })));

/** This service's queue. */
export const events = sqsHandler(() => messageServer(productsEventServer(config, logger)));

const context = bootOnce(() =>
  NestFactory.createApplicationContext(ProductsAppModule.forConfig(config), {
    logger: new NestLogger(logger),
    abortOnError: false,
  }),
);

/** Every minute: publishes what no request could, and settles expired holds. */
export async function relay(): Promise<void> {
  const app = await context();
  await app.get(Relay).sweep();
  await app.get(ReservationSweeper).sweep();
}
