import type { RequestListener } from 'node:http';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import serverlessExpress from '@vendia/serverless-express';
import type { APIGatewayProxyEventV2, APIGatewayProxyResultV2, Context } from 'aws-lambda';
import { type Handler, handlerOf } from './boot.js';

type Route = (event: APIGatewayProxyEventV2, context: Context) => Promise<APIGatewayProxyResultV2>;

/** The Lambda handler of an HTTP API: passes API Gateway's events through Fastify's router, without a socket. */
export function httpHandler(
  createApp: () => Promise<NestFastifyApplication>,
): Handler<APIGatewayProxyEventV2, Context, APIGatewayProxyResultV2> {
  const boot = async () => {
    const app = await createApp();
    await app.init();
    const fastify = app.getHttpAdapter().getInstance();
    await fastify.ready();
    const route: RequestListener = (request, response) => fastify.routing(request, response);
    return serverlessExpress.configure({ app: route }) as unknown as Route;
  };
  return handlerOf(boot, (route, event, context) => route(event, context));
}
