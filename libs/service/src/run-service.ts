import { loadConfig } from '@app/config';
import { serve } from '@app/http';
import { runMain } from '@app/kernel';
import { bufferedOutput, createLogger, Prometheus } from '@app/telemetry';
import { createApp } from './create-app.js';
import type { BaseConfig, Service } from './define-service.js';

/** Runs the service as this process, until a signal ends it. */
export async function runService<C extends BaseConfig>(service: Service<C>): Promise<void> {
  await runMain(async () => {
    const { name } = service.manifest;
    const config = loadConfig(service.config);
    const logger = createLogger({ service: name, level: config.LOG_LEVEL, destination: bufferedOutput() });
    const metrics = await Prometheus.load();
    const app = await createApp(service, config, logger, metrics.of(name));
    const { url } = await serve(app, { host: config.HOST, port: config.PORT, logger, metrics });
    logger.info({ url }, `${name} is listening`);
  });
}
