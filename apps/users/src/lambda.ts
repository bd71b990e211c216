import 'reflect-metadata';
import { loadConfig } from '@app/config';
import { createLogger, NestLogger } from '@app/kernel';
import { bootOnce, createMessageServer, httpHandler, rpcHandler } from '@app/lambda';
import { LambdaServer } from '@app/messaging';
import { Relay } from '@app/outbox';
import { NestFactory } from '@nestjs/core';
import { FirstAdmin } from './users/first-admin.js';
import { createUsersHttpApp, UsersAppModule } from './users-app.module.js';
import { UsersConfig } from './users.config.js';

const config = loadConfig(UsersConfig);
const logger = createLogger({ service: 'users', level: config.LOG_LEVEL });

/** API Gateway. */
export const http = httpHandler(() => createUsersHttpApp(config, logger));

/** Other services' commands. */
export const rpc = rpcHandler(() =>
  createMessageServer(UsersAppModule.forConfig(config), new LambdaServer({ logger }), new NestLogger(logger)),
);

const context = bootOnce(async () => {
  const app = await NestFactory.createApplicationContext(UsersAppModule.forConfig(config), {
    logger: new NestLogger(logger),
    abortOnError: false,
  });
  await app.get(FirstAdmin).ensure();
  return app;
});

/** Every minute: publishes what no request could. */
export async function relay(): Promise<void> {
  const app = await context();
  await app.get(Relay).sweep();
}
