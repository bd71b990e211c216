import { asyncApiDocument } from '@app/events';
import { createHttpApp, HealthModule } from '@app/http';
import { LambdaHttp } from '@app/messaging';
import type { Logger } from '@app/telemetry';
import { type DynamicModule, Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { QUEUES } from '../../queues.js';
import type { FrontConfig } from './front.config.js';

/** A service that nobody has asked for a while starts first. */
const COLD_START_MS = 8_000;
const TITLE = 'Commerce platform';

/** Asks one service over its HTTP function. */
type Ask = (path: string) => Promise<{ status: number; body: Record<string, unknown> }>;

/** What no service answers: health of the whole, the documents, and 404 for the rest. */
@Module({})
export class FrontAppModule {
  static forServices(services: Record<string, Ask>): DynamicModule {
    const checks = Object.entries(services).map(([name, ask]) => {
      const check = async () => {
        const { status } = await ask('/health/ready');
        // One that is asked by others at this moment is there: the notifier answers one request at a time.
        if (status !== 200 && status !== 429) throw new Error(`The ${name} service is not ready.`);
      };
      return [name, { critical: true, check, deadlineMs: COLD_START_MS }] as const;
    });
    return { module: FrontAppModule, imports: [HealthModule.forRoot({ checks: Object.fromEntries(checks) })] };
  }
}

/** `assets` is the folder with Swagger UI's files. */
export function createFrontHttpApp(
  config: FrontConfig,
  { logger, assets }: { logger: Logger; assets: string },
): Promise<NestFastifyApplication> {
  const lambda = new LambdaHttp({ region: config.AWS_REGION, endpoint: config.AWS_ENDPOINT_URL });
  const services = Object.fromEntries(
    config.HTTP_FUNCTIONS.split(',').map((entry) => {
      const [name = '', functionName = ''] = entry.split('=');
      return [name, (path: string) => lambda.get(functionName, path)] as const;
    }),
  );
  const documents = Object.entries(services).map(
    ([name, ask]) => [name, async () => (await ask('/openapi.json')).body] as const,
  );
  return createHttpApp(FrontAppModule.forServices(services), {
    service: 'front',
    title: TITLE,
    logger,
    corsOrigins: config.CORS_ORIGINS,
    strictPreconditions: false,
    docs: config.DOCS,
    documents: { services: Object.fromEntries(documents), events: () => asyncApiDocument(QUEUES), assets },
  });
}
