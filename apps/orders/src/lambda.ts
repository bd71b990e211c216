import 'reflect-metadata';
import { loadConfig } from '@app/config';
import { createLogger, NestLogger } from '@app/kernel';
import { bootOnce, createMessageServer, httpHandler, rpcHandler, sqsHandler } from '@app/lambda';
import { LambdaServer } from '@app/messaging';
import { Relay } from '@app/outbox';
import { NestFactory } from '@nestjs/core';
import { UnpaidOrdersSweeper } from './orders/unpaid-orders.sweeper.js';
import { createOrdersHttpApp, OrdersAppModule, ordersEventServer } from './orders-app.module.js';
import { OrdersConfig } from './orders.config.js';

const config = loadConfig(OrdersConfig);
const logger = createLogger({ service: 'orders', level: config.LOG_LEVEL });
const messageServer = <S extends Parameters<typeof createMessageServer>[1]>(server: S) =>
  createMessageServer(OrdersAppModule.forConfig(config), server, new NestLogger(logger));

/** API Gateway. */
export const http = httpHandler(() => createOrdersHttpApp(config, logger));

/** Other services' commands. */
export const rpc = rpcHandler(() => messageServer(new LambdaServer({ logger })));

/** This service's queue. */
export const events = sqsHandler(() => messageServer(ordersEventServer(config, logger)));

const context = bootOnce(() =>
  NestFactory.createApplicationContext(OrdersAppModule.forConfig(config), {
    logger: new NestLogger(logger),
    abortOnError: false,
  }),
);

/** Every minute: publishes what no request could, and cancels what nobody paid. */
export async function relay(): Promise<void> {
  const app = await context();
  await app.get(Relay).sweep();
  await app.get(UnpaidOrdersSweeper).sweep();
}
