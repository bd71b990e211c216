import type { ServerResponse } from 'node:http';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { type Logger, newContext, runWithContext } from '@app/kernel';
import { finishAnswer } from './answers.js';
import { answerClientError, answerExpectation, answerUnrouted, CONNECTION_LIMITS } from './client-errors.js';
import { BODY_LIMIT, useJsonBodies } from './json-body.js';
import { frameworkError } from './problem.js';
import { type HttpReply, type HttpRequest, pathOf } from './request.js';
import { RouteTable } from './route-table.js';

const MAX_URL = 8_000;
const MAX_PARAM = 255;
/** Nobody waits longer: API gateways give up at 30 s, and a queue of dead requests helps nobody. */
const REQUEST_DEADLINE_MS = 10_000;

/** Fastify as the platform's edge: limits, request context, one log line per request, and what answers derive. */
export class HttpAdapter extends FastifyAdapter {
  readonly routes: RouteTable;

  /** Its lines hold no secrets; searching each for some would cost more than writing it. */
  private readonly requests: Logger;

  constructor(log: Logger, trustedProxies: string) {
    super({
      // Whoever else writes X-Forwarded-For is not believed: the client is the one that opened the connection.
      trustProxy: trustedProxies === '' ? false : trustedProxies,
      bodyLimit: BODY_LIMIT,
      routerOptions: { maxParamLength: MAX_PARAM },
      requestTimeout: CONNECTION_LIMITS.requestTimeout,
      http: CONNECTION_LIMITS,
      clientErrorHandler: answerClientError,
      frameworkErrors: (error: Error, request: HttpRequest, reply: HttpReply) =>
        answerUnrouted(error, request, reply, log),
      skipMiddie: true,
      // While draining, a request that still arrives on an open connection is served, and the connection closed.
      return503OnClosing: false,
    });
    this.requests = log.child({}, { redact: [] });
    const server = this.getInstance();
    this.routes = new RouteTable(server);
    server.decorateRequest('platform');
    useJsonBodies(server);
    server.server.on('checkExpectation', answerExpectation);
    this.setOnRequestHook((request: HttpRequest, reply: HttpReply, done: () => void) => open(request, reply, done));
    this.setOnResponseHook((request: HttpRequest, reply: HttpReply, done: () => void) => {
      this.logRequest(request, reply);
      done();
    });
    // Later than every onRequest hook, so that its refusals carry the security headers.
    server.addHook('preParsing', (request, _reply, payload, done) => done(lineError(request), payload));
  }

  override reply(
    response: ServerResponse | HttpReply,
    body: unknown,
    statusCode?: number,
  ): ReturnType<FastifyAdapter['reply']> {
    if (!('request' in response)) return super.reply(response, body, statusCode);
    if (statusCode !== undefined) response.code(statusCode);
    return super.reply(response, finishAnswer(response.request, response, body));
  }

  private logRequest(request: HttpRequest, reply: HttpReply): void {
    const route = request.routeOptions.url;
    const level = route?.startsWith('/health/') ? 'debug' : 'info';
    const context = request.platform;
    this.requests[level](
      {
        request_id: context?.requestId,
        method: request.method,
        route,
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime * 10) / 10,
        user_id: context?.caller?.user_id,
      },
      'request',
    );
  }
}

/** Gives a request its context and its answer the request id. */
export function open(request: HttpRequest, reply: HttpReply, done: () => void): void {
  const { headers } = request;
  const context = newContext({
    requestId: headers['x-request-id'],
    traceparent: headers['traceparent'],
    deadline: Date.now() + REQUEST_DEADLINE_MS,
  });
  request.platform = context;
  reply.header('x-request-id', context.requestId);
  runWithContext(context, done);
}

function lineError({ url, headers, raw }: HttpRequest): Error | undefined {
  if (headers.host === undefined && raw.httpVersion === '1.1') return frameworkError(400);
  if (url.length > MAX_URL) return frameworkError(414);
  if (!url.includes('%')) return undefined;
  try {
    decodeURIComponent(url.slice(pathOf(url).length));
    return undefined;
  } catch {
    return frameworkError(400);
  }
}
