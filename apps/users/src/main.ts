import 'reflect-metadata';
import { loadConfig } from '@app/config';
import { serve } from '@app/http';
import { createLogger, runMain } from '@app/kernel';
import { createUsersApp } from './users-app.module.js';
import { UsersConfig } from './users.config.js';

await runMain(async () => {
  const config = loadConfig(UsersConfig);
  const logger = createLogger({ service: 'users', level: config.LOG_LEVEL });
  const { url } = await serve(await createUsersApp(config, logger), { host: config.HOST, port: config.PORT, logger });
  logger.info({ url }, 'users is listening');
});
