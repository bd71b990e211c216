import type { DynamicModule } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { asyncApiDocument } from '@app/events';
import { createHttpApp, type HttpAppOptions, type MetricsPage, useMetrics } from '@app/http';
import { createLogger } from '@app/telemetry';
import { QUEUES } from '../../queues.js';
import type { Login } from './seed.js';
import type { Services } from './services.js';
import type { ThisMachine } from './machine/this-machine.js';

/** Routes for this machine only. */
const LOCAL = /^\/($|dev($|\/)|metrics$)/;

const TITLE = 'Commerce platform';

export interface LocalAppOptions {
  logLevel: string;
  /** Browser origins that may read its responses, as in CORS_ORIGINS. */
  corsOrigins: string;
  /** As in DOCS; default on. */
  docs?: HttpAppOptions['docs'];
}

export interface LocalParts {
  /** Its routes other than the documents. */
  module: DynamicModule;
  services: Services;
  /** Decides who may see the console, the demo logins and the metrics. */
  machine: ThisMachine;
  /** The metrics of the services in this process. */
  metrics?: MetricsPage | undefined;
  /** The demo logins; empty until they are created. */
  logins: () => Login[];
}

/** The gateway's own app for `$default`: health of the whole platform, all services' documents, the console. */
export async function createLocalApp(
  { logLevel, corsOrigins, docs }: LocalAppOptions,
  parts: LocalParts,
): Promise<NestFastifyApplication> {
  const { module, services, logins, machine, metrics } = parts;
  const document = async (name: string) => (await services.get(name, '/openapi.json')).body;
  const documents = Object.fromEntries(services.names.map((name) => [name, () => document(name)]));
  const app = await createHttpApp(module, {
    service: 'local',
    title: TITLE,
    logger: createLogger({ service: 'local', level: logLevel }),
    corsOrigins,
    ...(docs && { docs }),
    strictPreconditions: false,
    documents: { services: documents, events: () => asyncApiDocument(QUEUES) },
  });
  if (metrics) useMetrics(app, metrics);
  const server = app.getHttpAdapter().getInstance();
  // Checks the matched route, since a path can be written in many ways.
  server.addHook('onRequest', ({ raw, routeOptions }, _reply, done) =>
    done(LOCAL.test(routeOptions.url ?? '') ? machine.refusalOfPages(raw) : undefined),
  );
  // For the login form of /docs; a deployed stage has neither this route nor demo logins.
  server.get('/dev/logins', () => logins());
  // For the console's forms, which stay a text: no route for JSON takes one. All other apps accept only JSON.
  const forms = { parseAs: 'string', bodyLimit: 1_024 } as const;
  server.addContentTypeParser('application/x-www-form-urlencoded', forms, (_, body, done) => done(null, body));
  return app.init();
}
