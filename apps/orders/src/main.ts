import 'reflect-metadata';
import { loadConfig } from '@app/config';
import { serve } from '@app/http';
import { bufferedOutput, createLogger, runMain } from '@app/kernel';
import { Prometheus } from '@app/metrics';
import { createOrdersApp } from './orders-app.module.js';
import { OrdersConfig } from './orders.config.js';

await runMain(async () => {
  const config = loadConfig(OrdersConfig);
  const logger = createLogger({ service: 'orders', level: config.LOG_LEVEL, destination: bufferedOutput() });
  const metrics = await Prometheus.load();
  const { url } = await serve(await createOrdersApp(config, logger, metrics.of('orders')), {
    host: config.HOST,
    port: config.PORT,
    logger,
    metrics,
  });
  logger.info({ url }, 'orders is listening');
});
