import { SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { compressPage } from './codings.js';
import { LOGIN_SCRIPT } from './docs-login.js';
import { PAGE_STYLE } from './docs-style.js';
import { pathOf } from './request.js';

/** An OpenAPI document that the page can show. */
export interface DocumentLink {
  name: string;
  /** Same-origin URL, such as /openapi.json. */
  url: string;
}

/** Swagger UI runs its own scripts and styles and calls the API of its own origin; nothing else. */
const PAGE_POLICY =
  "default-src 'none';script-src 'self';style-src 'self' 'unsafe-inline';img-src 'self' data:;connect-src 'self';" +
  "base-uri 'none';form-action 'self';frame-ancestors 'none'";

/**
 * Serves Swagger UI at /docs for one document, or several with a selector, and a login that fills in Authorize. Asset
 * URLs are relative, so the page also works behind a gateway that forwards /docs and /docs/*. `assets` is the folder of
 * Swagger UI's files, if a bundle has them outside their package.
 */
export function useDocs(app: NestFastifyApplication, documents: DocumentLink[], assets?: string): void {
  const [first, ...others] = documents;
  const empty: OpenAPIObject = { openapi: '3.0.0', info: { title: '', version: '' }, paths: {} };
  const server = app.getHttpAdapter().getInstance();
  server.addHook('onSend', (request, reply, payload, done) => {
    const isPage = /^\/docs(\/|$)/.test(pathOf(request.url));
    if (isPage) reply.header('content-security-policy', PAGE_POLICY);
    done(null, isPage ? compressPage(request, reply, payload) : payload);
  });
  server.get('/docs/login.js', (_request, reply) => reply.type('text/javascript; charset=utf-8').send(LOGIN_SCRIPT));
  SwaggerModule.setup('docs', app, () => empty, {
    raw: false,
    ...(assets !== undefined && { customSwaggerUiPath: assets }),
    explorer: others.length > 0,
    customSiteTitle: first?.name ?? 'API',
    customCss: PAGE_STYLE,
    customJs: './docs/login.js',
    swaggerOptions: {
      ...(others.length > 0 ? { urls: documents } : { url: first?.url }),
      // Otherwise a change of the document drops the authorization.
      persistAuthorization: true,
      displayRequestDuration: true,
      tryItOutEnabled: true,
      validatorUrl: null,
      // Runs in the browser: its source text is written into the page.
      requestInterceptor: (request: unknown) =>
        (globalThis as { prepareRequest?: (request: unknown) => unknown }).prepareRequest?.(request) ?? request,
    },
  });
}
