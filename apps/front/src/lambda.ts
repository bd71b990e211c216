import { fileURLToPath } from 'node:url';
import { loadConfig } from '@app/config';
import { httpHandler } from '@app/lambda';
import { createLogger } from '@app/telemetry';
import { createFrontHttpApp } from './front-app.module.js';
import { FrontConfig } from './front.config.js';

/** API Gateway's `$default`. */
export const http = httpHandler(() => {
  const config = loadConfig(FrontConfig);
  const logger = createLogger({ service: 'front', level: config.LOG_LEVEL });
  return createFrontHttpApp(config, { logger, assets: fileURLToPath(new URL('./docs/', import.meta.url)) });
});
