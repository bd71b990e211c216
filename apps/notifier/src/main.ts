import { loadConfig } from '@app/config';
import { serve } from '@app/http';
import { createLogger, runMain } from '@app/kernel';
import { createNotifierApp } from './notifier-app.module.js';
import { NotifierConfig } from './notifier.config.js';

await runMain(async () => {
  const config = loadConfig(NotifierConfig);
  const logger = createLogger({ service: 'notifier', level: config.LOG_LEVEL });
  const app = await createNotifierApp(config, logger);
  const { url } = await serve(app, { host: config.HOST, port: config.PORT, logger });
  logger.info({ url }, 'the notifier runs');
});
