import 'reflect-metadata';
import { loadConfig, secretEnvironment } from '@app/config';
import { Database, watchDatabase } from '@app/database';
import { createLogger, NestLogger } from '@app/kernel';
import { bootOnce, createMessageServer, httpHandler, sqsHandler } from '@app/lambda';
import { NestFactory } from '@nestjs/core';
import { FeedbackService } from './feedback/feedback.service.js';
import { EmfMetrics } from '@app/metrics';
import { createEventServer, createNotifierHttpApp, NotifierAppModule } from './notifier-app.module.js';
import { NotifierConfig } from './notifier.config.js';

const settings = bootOnce(async () => {
  const config = loadConfig(NotifierConfig, await secretEnvironment());
  const logger = createLogger({ service: 'notifier', level: config.LOG_LEVEL });
  return { config, logger, metrics: new EmfMetrics({ service: 'notifier', stage: config.STAGE }) };
});

/** Health, asked by the platform's front. */
export const http = httpHandler(async () => {
  const { config, logger, metrics } = await settings();
  return createNotifierHttpApp(config, logger, metrics);
});

/** This service's queue. */
export const events = sqsHandler(async () => {
  const { config, logger, metrics } = await settings();
  const module = NotifierAppModule.forConfig(config, logger, metrics);
  return createMessageServer(module, createEventServer(config, logger, metrics), new NestLogger(logger), (app) =>
    watchDatabase(metrics, app.get(Database)),
  );
});

/** The queue with SES's bounces and complaints. */
export const feedback = sqsHandler(async () => {
  const { config, logger, metrics } = await settings();
  const module = NotifierAppModule.forConfig(config, logger, metrics);
  const app = await NestFactory.createApplicationContext(module, {
    logger: new NestLogger(logger),
    abortOnError: false,
  });
  return app.get(FeedbackService);
});
