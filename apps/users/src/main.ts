import 'reflect-metadata';
import { loadConfig } from '@app/config';
import { serve } from '@app/http';
import { createLogger, runMain } from '@app/kernel';
import { Prometheus } from '@app/metrics';
import { createUsersApp } from './users-app.module.js';
import { UsersConfig } from './users.config.js';

await runMain(async () => {
  const config = loadConfig(UsersConfig);
  const logger = createLogger({ service: 'users', level: config.LOG_LEVEL });
  const metrics = await Prometheus.load();
  const { url } = await serve(await createUsersApp(config, logger, metrics.of('users')), {
    host: config.HOST,
    port: config.PORT,
    logger,
    metrics,
  });
  logger.info({ url }, 'users is listening');
});
