import 'reflect-metadata';
import { loadConfig, secretEnvironment } from '@app/config';
import { createLogger, NestLogger } from '@app/kernel';
import { bootOnce, createMessageServer, httpHandler, sqsHandler } from '@app/lambda';
import { NestFactory } from '@nestjs/core';
import { FeedbackService } from './feedback/feedback.service.js';
import { createEventServer, createNotifierHttpApp, NotifierAppModule } from './notifier-app.module.js';
import { NotifierConfig } from './notifier.config.js';

const settings = bootOnce(async () => {
  const config = loadConfig(NotifierConfig, await secretEnvironment());
  return { config, logger: createLogger({ service: 'notifier', level: config.LOG_LEVEL }) };
});

/** Health, asked by the platform's front. */
export const http = httpHandler(async () => {
  const { config, logger } = await settings();
  return createNotifierHttpApp(config, logger);
});

/** This service's queue. */
export const events = sqsHandler(async () => {
  const { config, logger } = await settings();
  const module = NotifierAppModule.forConfig(config, logger);
  return createMessageServer(module, createEventServer(config, logger), new NestLogger(logger));
});

/** The queue with SES's bounces and complaints. */
export const feedback = sqsHandler(async () => {
  const { config, logger } = await settings();
  const module = NotifierAppModule.forConfig(config, logger);
  const app = await NestFactory.createApplicationContext(module, {
    logger: new NestLogger(logger),
    abortOnError: false,
  });
  return app.get(FeedbackService);
});
