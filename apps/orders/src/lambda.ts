import 'reflect-metadata';
import { loadConfig, secretEnvironment } from '@app/config';
import { createLogger, NestLogger } from '@app/kernel';
import { bootOnce, createMessageServer, httpHandler, rpcHandler, scheduledHandler, sqsHandler } from '@app/lambda';
import { LambdaServer } from '@app/messaging';
import { Relay } from '@app/outbox';
import { NestFactory } from '@nestjs/core';
import { UnpaidOrdersSweeper } from './orders/unpaid-orders.sweeper.js';
import { createOrdersHttpApp, OrdersAppModule, ordersEventServer } from './orders-app.module.js';
import { OrdersConfig } from './orders.config.js';

const settings = bootOnce(async () => {
  const config = loadConfig(OrdersConfig, await secretEnvironment());
  const logger = createLogger({ service: 'orders', level: config.LOG_LEVEL });
  return { config, logger, nestLogger: new NestLogger(logger) };
});

/** API Gateway. */
export const http = httpHandler(async () => {
  const { config, logger } = await settings();
  return createOrdersHttpApp(config, logger);
});

/** Other services' commands. */
export const rpc = rpcHandler(async () => {
  const { config, logger, nestLogger } = await settings();
  return createMessageServer(OrdersAppModule.forConfig(config), new LambdaServer({ logger }), nestLogger);
});

/** This service's queue. */
export const events = sqsHandler(async () => {
  const { config, logger, nestLogger } = await settings();
  return createMessageServer(OrdersAppModule.forConfig(config), ordersEventServer(config, logger), nestLogger);
});

/** Every minute: publishes what no request could, and cancels what nobody paid. */
export const relay = scheduledHandler(
  async () => {
    const { config, nestLogger } = await settings();
    const module = OrdersAppModule.forConfig(config);
    return NestFactory.createApplicationContext(module, { logger: nestLogger, abortOnError: false });
  },
  async (app) => {
    await app.get(Relay).sweep();
    await app.get(UnpaidOrdersSweeper).sweep();
  },
);
