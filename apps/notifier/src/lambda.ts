import { loadConfig } from '@app/config';
import { createLogger, NestLogger } from '@app/kernel';
import { createMessageServer, httpHandler, sqsHandler } from '@app/lambda';
import { createEventServer, createNotifierHttpApp, NotifierAppModule } from './notifier-app.module.js';
import { NotifierConfig } from './notifier.config.js';

const config = loadConfig(NotifierConfig);
const logger = createLogger({ service: 'notifier', level: config.LOG_LEVEL });

export const http = httpHandler(() => createNotifierHttpApp(config, logger));

export const events = sqsHandler(() =>
  createMessageServer(
    NotifierAppModule.forConfig(config, logger),
    createEventServer(config, logger),
    new NestLogger(logger),
  ),
);
