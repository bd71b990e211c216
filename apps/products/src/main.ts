import 'reflect-metadata';
import { loadConfig } from '@app/config';
import { serve } from '@app/http';
import { bufferedOutput, createLogger, runMain } from '@app/kernel';
import { Prometheus } from '@app/metrics';
import { createProductsApp } from './products-app.module.js';
import { ProductsConfig } from './products.config.js';

await runMain(async () => {
  const config = loadConfig(ProductsConfig);
  const logger = createLogger({ service: 'products', level: config.LOG_LEVEL, destination: bufferedOutput() });
  const metrics = await Prometheus.load();
  const { url } = await serve(await createProductsApp(config, logger, metrics.of('products')), {
    host: config.HOST,
    port: config.PORT,
    logger,
    metrics,
  });
  logger.info({ url }, 'products is listening');
});
