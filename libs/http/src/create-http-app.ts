import { NestFactory } from '@nestjs/core';
import type { DynamicModule } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { type Logger, type Metrics, NestLogger } from '@app/telemetry';
import type { Admission, AdmissionBounds } from './admission.js';
import { BodyGuard } from './body.guard.js';
import { ContractPipe } from './contract.pipe.js';
import { useDocs } from './docs.js';
import { HttpAdapter } from './http-adapter.js';
import { openApiDocument, useOpenApi } from './openapi.js';
import { STRICT_PRECONDITIONS } from './preconditions.js';
import { ProblemFilter } from './problem.filter.js';
import { QueryGuard } from './query.guard.js';
import { type PlatformDocuments, usePlatformDocuments, wholeDocument } from './whole-platform.js';

export interface HttpAppOptions {
  /** Short name of the service in the logs. */
  service: string;
  logger: Logger;
  /** Comma-separated browser origins that may call the API, `:*` for every port; empty allows none. */
  corsOrigins: string;
  /** Whether PUT and DELETE without If-Match are refused with 428. */
  strictPreconditions: boolean;
  /** Whether /docs and /openapi.json are served (the default), only the document, or neither. */
  docs?: 'on' | 'document' | 'off';
  /** Comma-separated addresses or networks of trusted proxies (X-Forwarded-For); default none. */
  trustedProxies?: string;
  /** Receives the metrics of requests; default none. */
  metrics?: Metrics | undefined;
  /** Key of the hash by which log lines name users; without it they name none. */
  userHashKey?: string;
  /** Seconds for which browsers and CDNs may cache a `RawJson` requested without a token; default 0. */
  publicMaxAge?: number;
  /** How many requests are admitted at once; default unlimited. */
  admission?: AdmissionBounds;
  /** Title of the OpenAPI document. */
  title: string;
  /** ISO 4217, for every amount that the app reads and documents; an app without amounts does not need one. */
  currency?: string;
  /** Whether any route accepts an access token; default true. */
  bearer?: boolean;
  /** For an app that shows the documents of other services, merged and separately. */
  documents?: PlatformDocuments;
}

/**
 * Creates a service's HTTP app, configured but not initialised: connect microservices, then call `app.init()` or
 * `serve()`. Every error becomes a problem document; the app serves its documentation at /openapi.json and /docs.
 */
export async function createHttpApp(module: DynamicModule, options: HttpAppOptions): Promise<NestFastifyApplication> {
  const adapter = new HttpAdapter(options);
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    logger: new NestLogger(options.logger),
    abortOnError: false,
    bodyParser: false,
  });
  Object.assign(adapter.getInstance(), { [STRICT_PRECONDITIONS]: options.strictPreconditions });
  app.useGlobalPipes(new ContractPipe(options.currency));
  app.useGlobalFilters(new ProblemFilter(options.logger));
  app.useGlobalGuards(new QueryGuard(), new BodyGuard(adapter.admission));
  const { title, bearer = true, documents, docs = 'on', currency } = options;
  if (docs === 'off') return app;
  useOpenApi(app, () =>
    documents ? wholeDocument(title, documents) : openApiDocument(app, { title, bearer, currency }),
  );
  const links = documents ? usePlatformDocuments(app, title, documents) : [{ name: title, url: '/openapi.json' }];
  if (docs === 'on') useDocs(app, links, documents?.assets);
  return app;
}

/** Returns the methods of a path of the app; empty for an unknown path. */
export function methodsOf(app: NestFastifyApplication, path: string): string[] {
  return (app.getHttpAdapter() as HttpAdapter).routes.methods(path);
}

/** Returns the admission control of an app from `createHttpApp`. */
export function admissionOf(app: NestFastifyApplication): Admission {
  return (app.getHttpAdapter() as HttpAdapter).admission;
}
