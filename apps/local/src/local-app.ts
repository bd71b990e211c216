import type { DynamicModule } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { asyncApiDocument } from '@app/events';
import { createHttpApp, mergeDocuments } from '@app/http';
import { createLogger } from '@app/kernel';
import type { Login } from './seed.js';
import type { Services } from './services.js';

const TITLE = 'Commerce platform';

export interface LocalParts {
  /** What it serves besides the documents. */
  module: DynamicModule;
  services: Services;
  /** The demo logins, once there are any. */
  logins: () => Login[];
}

/** The gateway's own app: `$default`, health of the whole, the documents of all services, the console. */
export async function createLocalApp(
  { logLevel }: { logLevel: string },
  parts: LocalParts,
): Promise<NestFastifyApplication> {
  const { module, services, logins } = parts;
  const document = async (name: string) => (await services.get(name, '/openapi.json')).body;
  const app = await createHttpApp(module, {
    service: 'local',
    title: TITLE,
    logger: createLogger({ service: 'local', level: logLevel }),
    corsOrigins: '',
    strictPreconditions: false,
    documents: {
      whole: async () => ({
        ...mergeDocuments(TITLE, await Promise.all(services.names.map(document))),
        externalDocs: { description: 'The events (AsyncAPI 3)', url: '/asyncapi.json' },
      }),
      links: [
        { name: TITLE, url: '/openapi.json' },
        ...services.names.map((name) => ({ name: `${name} service`, url: `/openapi/${name}.json` })),
      ],
    },
  });
  const server = app.getHttpAdapter().getInstance();
  for (const name of services.names) server.get(`/openapi/${name}.json`, () => document(name));
  server.get('/asyncapi.json', () => asyncApiDocument());
  // For the login form of /docs; a deployed stage has neither this address nor demo logins.
  server.get('/dev/logins', () => logins());
  return app.init();
}
