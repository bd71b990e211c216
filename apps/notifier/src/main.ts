import { loadConfig } from '@app/config';
import { serve } from '@app/http';
import { createLogger, runMain } from '@app/kernel';
import { Prometheus } from '@app/metrics';
import { createNotifierApp } from './notifier-app.module.js';
import { NotifierConfig } from './notifier.config.js';

await runMain(async () => {
  const config = loadConfig(NotifierConfig);
  const logger = createLogger({ service: 'notifier', level: config.LOG_LEVEL });
  const metrics = await Prometheus.load();
  const app = await createNotifierApp(config, logger, metrics.of('notifier'));
  const { url } = await serve(app, { host: config.HOST, port: config.PORT, logger, metrics });
  logger.info({ url }, 'the notifier runs');
});
