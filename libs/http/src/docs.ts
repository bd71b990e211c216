import { SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { pathOf } from './request.js';

/** An OpenAPI document the page can show. */
export interface DocumentLink {
  name: string;
  /** Same-origin address, such as /openapi.json. */
  url: string;
}

/** Swagger UI runs its own scripts and styles and calls the API of the same origin; nothing else. */
const PAGE_POLICY =
  "default-src 'none';script-src 'self';style-src 'self' 'unsafe-inline';img-src 'self' data:;connect-src 'self';" +
  "base-uri 'none';form-action 'self';frame-ancestors 'none'";

/**
 * Serves Swagger UI at /docs for one document, or several with a selector. Assets are addressed relatively, so the
 * page also works behind a gateway that passes /docs and /docs/* on.
 */
export function useDocs(app: NestFastifyApplication, documents: DocumentLink[]): void {
  const [only] = documents.length === 1 ? documents : [];
  const empty: OpenAPIObject = { openapi: '3.0.0', info: { title: '', version: '' }, paths: {} };
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onSend', (request, reply, payload, done) => {
      if (/^\/docs(\/|$)/.test(pathOf(request.url))) reply.header('content-security-policy', PAGE_POLICY);
      done(null, payload);
    });
  SwaggerModule.setup('docs', app, () => empty, {
    raw: false,
    explorer: documents.length > 1,
    customSiteTitle: only?.name ?? 'API',
    swaggerOptions: {
      ...(only ? { url: only.url } : { urls: documents }),
      persistAuthorization: true,
      displayRequestDuration: true,
      tryItOutEnabled: true,
      validatorUrl: null,
    },
  });
}
