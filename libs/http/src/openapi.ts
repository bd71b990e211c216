import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { finishAnswer, RawJson } from './answers.js';
import { documentAnswers } from './openapi-answers.js';
import { documentExamples } from './openapi-examples.js';
import { documentMoney } from './openapi-money.js';
import { documentProblems, errorRegistry, problemExamples, problemSchema } from './openapi-problems.js';
import { dropUnusedSchemas, writeOutNullable } from './openapi-schemas.js';
import { routeFacts } from './route-facts.js';
import { documentTags } from './tag.decorator.js';

export interface OpenApiOptions {
  title: string;
  bearer: boolean;
  /** ISO 4217; required for a document with amounts. */
  currency?: string | undefined;
}

const VERSION = '1.0.0';

/** Builds the OpenAPI document of an app's controllers, with every error that a route can return. */
export function openApiDocument(
  app: NestFastifyApplication,
  { title, bearer, currency }: OpenApiOptions,
): OpenAPIObject {
  const builder = new DocumentBuilder()
    .setTitle(title)
    .setVersion(VERSION)
    .setOpenAPIVersion('3.0.3')
    .setDescription(
      'Errors are RFC 9457 problem documents; `code` is stable and listed in `x-error-codes`. Times are RFC 3339 in ' +
        'UTC. Money is a decimal string. Send `X-Request-Id` to find a request again; every answer has one.',
    );
  if (bearer) builder.addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' }, 'bearer');
  const document = SwaggerModule.createDocument(app, builder.build(), { operationIdFactory: operationId });
  const codes = errorRegistry();
  document.components ??= {};
  document.components.examples = problemExamples();
  document.components.schemas = { ...document.components.schemas, Problem: problemSchema(Object.keys(codes)) };
  const facts = routeFacts(app, operationId);
  documentTags(document);
  documentMoney(document, currency);
  writeOutNullable(document);
  documentAnswers(document);
  documentExamples(document, facts);
  documentProblems(document, facts);
  dropUnusedSchemas(document);
  return Object.assign(document, { 'x-error-codes': codes });
}

/** Serves a document at /openapi.json; built at the first request, since few cold starts need it. */
export function useOpenApi(app: NestFastifyApplication, build: () => object | Promise<object>): void {
  let answer: RawJson | undefined;
  useDocument(app, '/openapi.json', async () => (answer ??= RawJson.of(await build())));
}

/** Serves a public document. */
export function useDocument(app: NestFastifyApplication, url: string, ask: () => RawJson | Promise<RawJson>): void {
  const server = app.getHttpAdapter().getInstance();
  server.get(url, async (request, reply) => {
    const answer = await ask();
    return reply.send(finishAnswer(request, reply.header('cache-control', 'no-cache'), answer));
  });
}

function operationId(controller: string, method: string): string {
  const resource = controller.replace(/Controller$/, '');
  return `${resource.charAt(0).toLowerCase()}${resource.slice(1)}_${method}`;
}
