import type { RequestListener } from 'node:http';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import serverlessExpress from '@vendia/serverless-express';
import type { APIGatewayProxyEventV2, APIGatewayProxyResultV2, Context } from 'aws-lambda';
import { bootOnce } from './boot.js';

type Handler = (event: APIGatewayProxyEventV2, context: Context) => Promise<APIGatewayProxyResultV2>;

/** The Lambda handler of an HTTP API: API Gateway's events go through Fastify's router, no socket in between. */
export function httpHandler(createApp: () => Promise<NestFastifyApplication>): Handler {
  const booted = bootOnce(async () => {
    const app = await createApp();
    await app.init();
    const fastify = app.getHttpAdapter().getInstance();
    await fastify.ready();
    const listener: RequestListener = (request, response) => fastify.routing(request, response);
    // Its type asks for a callback that it does not need: without one it answers a promise.
    return serverlessExpress.configure({ app: listener }) as unknown as Handler;
  });
  // Two parameters: with a third the runtime would wait for a callback, which Node 24 on Lambda no longer has.
  return async (event, context) => (await booted())(event, context);
}
