import 'reflect-metadata';
import { loadConfig } from '@app/config';
import { serve } from '@app/http';
import { bufferedOutput, createLogger, runMain } from '@app/kernel';
import { createProductsApp } from './products-app.module.js';
import { ProductsConfig } from './products.config.js';

await runMain(async () => {
  const config = loadConfig(ProductsConfig);
  const logger = createLogger({ service: 'products', level: config.LOG_LEVEL, destination: bufferedOutput() });
  const { url } = await serve(await createProductsApp(config, logger), {
    host: config.HOST,
    port: config.PORT,
    logger,
  });
  logger.info({ url }, 'products is listening');
});
