import type { ServerResponse } from 'node:http';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { newContext, runWithContext, traceId } from '@app/kernel';
import { declareMetric, flatLines, type Logger, type Metrics, NoMetrics } from '@app/telemetry';
import { Admission, type AdmissionBounds, isProbe } from './admission.js';
import { finishAnswer } from './answers.js';
import { hasBody } from './body.guard.js';
import { boundChunks } from './chunked-bodies.js';
import { answerUnrouted, CONNECTION_LIMITS, EdgeAnswers } from './client-errors.js';
import { Cors } from './cors.js';
import { BODY_LIMIT, useJsonBodies } from './json-body.js';
import { nameOfGuest, pseudonyms } from './pseudonyms.js';
import { lineError, nothingServed, refuse } from './refusals.js';
import { type HttpReply, type HttpRequest, pathOf } from './request.js';
import { methodNotAllowed, RouteTable } from './route-table.js';
import { SECURITY_HEADERS } from './security-headers.js';
import { cutSlowReaders } from './slow-readers.js';

const MAX_PARAM = 255;
const UNROUTED = 'unrouted';
const UNBOUNDED: AdmissionBounds = { inFlight: 0, eventLoopDelay: 0 };
/** No client waits longer: API gateways give up at 30 s, and a queue of abandoned requests helps nobody. */
const REQUEST_DEADLINE_MS = 10_000;

const REQUESTS = declareMetric(
  'duration',
  'http_request_seconds',
  'Requests by route template, and how long their answers took.',
  ['method', 'route', 'status'],
  ['method', 'status'],
);
const CACHE_ANSWERS = declareMetric(
  'count',
  'cache_answers_total',
  'Answers by where they came from (HIT, MISS, BYPASS): the hit rate.',
  ['route', 'outcome'],
);

const noSchemas = () => {
  throw new Error('Routes have no Fastify schema: let a contract with class-validator rules say what they accept.');
};
/** Otherwise Fastify would load its validator and serializer at every start. */
const NO_SCHEMAS = { buildValidator: noSchemas, buildSerializer: noSchemas };

export interface HttpAdapterOptions {
  logger: Logger;
  /** Comma-separated browser origins that may call the API, `:*` for every port; default none. */
  corsOrigins?: string | undefined;
  metrics?: Metrics | undefined;
  /** Comma-separated addresses or networks of trusted proxies (X-Forwarded-For). */
  trustedProxies?: string | undefined;
  admission?: AdmissionBounds | undefined;
  /** Key of the hash by which log lines name users; without it they name none. */
  userHashKey?: string | undefined;
  /** Seconds for which browsers and CDNs may cache a `RawJson` requested without a token; default 0. */
  publicMaxAge?: number | undefined;
}

/** Fastify as the platform's edge: limits, request context, one log line per request, and derived response headers. */
export class HttpAdapter extends FastifyAdapter {
  readonly routes: RouteTable;
  readonly admission: Admission;

  private readonly log: Logger;
  private readonly cors: Cors;
  private readonly write: ReturnType<typeof flatLines>;
  private readonly metrics: Metrics;
  private readonly pseudonymOf: (userId: number) => string | undefined;
  private readonly publicMaxAge: number;

  constructor({
    logger: log,
    corsOrigins = '',
    metrics = new NoMetrics(),
    trustedProxies = '',
    admission = UNBOUNDED,
    userHashKey,
    publicMaxAge = 0,
  }: HttpAdapterOptions) {
    const cors = new Cors(corsOrigins);
    const edge = new EdgeAnswers(cors, (path) => this.routes.methods(path));
    super({
      // X-Forwarded-For of anybody else is ignored: the client is the peer of the connection.
      trustProxy: trustedProxies === '' ? false : trustedProxies,
      bodyLimit: BODY_LIMIT,
      routerOptions: { maxParamLength: MAX_PARAM },
      requestTimeout: CONNECTION_LIMITS.requestTimeout,
      keepAliveTimeout: CONNECTION_LIMITS.keepAliveTimeout,
      http: CONNECTION_LIMITS,
      clientErrorHandler: (error, socket) => edge.clientError(error, socket),
      frameworkErrors: (error: Error, request: HttpRequest, reply: HttpReply) =>
        answerUnrouted(error, request, reply, { log, cors }),
      skipMiddie: true,
      schemaController: { compilersFactory: NO_SCHEMAS },
      // While draining, a request on an open connection is still served; then the connection closes.
      return503OnClosing: false,
    });
    this.log = log;
    this.cors = cors;
    this.write = flatLines(log, 'request');
    this.metrics = metrics;
    this.pseudonymOf = pseudonyms(userHashKey);
    this.publicMaxAge = publicMaxAge;
    this.admission = new Admission(admission, log, metrics);
    this.routes = new RouteTable(this.getInstance());
    this.prepare(edge);
    this.useHooks();
  }

  private prepare(edge: EdgeAnswers): void {
    const server = this.getInstance();
    server.decorateRequest('platform');
    useJsonBodies(server);
    edge.listen(server.server);
    cutSlowReaders(server.server);
    boundChunks(server.server);
  }

  override reply(
    response: ServerResponse | HttpReply,
    body: unknown,
    statusCode?: number,
  ): ReturnType<FastifyAdapter['reply']> {
    if (!('request' in response)) return super.reply(response, body, statusCode);
    if (statusCode !== undefined) response.code(statusCode);
    return super.reply(response, finishAnswer(response.request, response, body, this.publicMaxAge));
  }

  private useHooks(): void {
    const server = this.getInstance();
    this.setOnRequestHook((request: HttpRequest, reply: HttpReply, done: () => void) =>
      this.open(request, reply, done),
    );
    this.setOnResponseHook((request: HttpRequest, reply: HttpReply, done: () => void) => {
      this.logRequest(request, reply);
      done();
    });
    server.addHook('preParsing', (request, reply, payload, done) => {
      // A request with a body is admitted once the body has arrived.
      const overload = hasBody(request) ? this.admission.refusal(request) : this.admission.enter(request, reply.raw);
      if (overload) refuse(request, reply, overload);
      else if (request.is404) this.refuseUnrouted(request, reply);
      else done(lineError(request), payload);
    });
    // Only a listening server can be overloaded: on Lambda one request runs at a time.
    server.addHook('onListen', (done) => {
      const stop = this.admission.watch();
      server.server.once('close', stop);
      done();
    });
  }

  /** Gives the request its context, and the response its request id and common headers. */
  private open(request: HttpRequest, reply: HttpReply, done: () => void): void {
    const { headers, method } = request;
    const context = newContext({
      requestId: headers['x-request-id'],
      traceparent: headers['traceparent'],
      deadline: performance.now() + REQUEST_DEADLINE_MS,
    });
    request.platform = context;
    reply
      .headers(SECURITY_HEADERS)
      .header('x-request-id', context.requestId)
      .headers(this.cors.headers(headers.origin));
    const preflight = this.cors.preflight(method, headers);
    if (preflight) reply.code(204).headers(preflight).send();
    else runWithContext(context, done);
  }

  /** Before the body is read: its type and size do not matter if no route takes it. */
  private refuseUnrouted(request: HttpRequest, reply: HttpReply): void {
    const malformed = lineError(request);
    const allowed = malformed ? [] : this.routes.methods(pathOf(request.url));
    if (allowed.length > 0) reply.header('allow', allowed.join(', '));
    if (allowed.length > 0 && request.method === 'OPTIONS') reply.code(204).send();
    else refuse(request, reply, malformed ?? (allowed.length > 0 ? methodNotAllowed(allowed) : nothingServed()));
  }

  /** One log line and one measurement per request, by route template: a path may identify a person. */
  private logRequest(request: HttpRequest, reply: HttpReply): void {
    const { method, platform: context } = request;
    const route = request.routeOptions.url ?? UNROUTED;
    const ms = reply.elapsedTime;
    const outcome = reply.getHeader('x-cache');
    this.metrics.time(REQUESTS, { method, route, status: String(reply.statusCode) }, ms / 1_000);
    if (typeof outcome === 'string') this.metrics.count(CACHE_ANSWERS, { route, outcome });
    const level = isProbe(route) ? 'debug' : 'info';
    if (!this.log.isLevelEnabled(level)) return;
    const user = context?.caller && this.pseudonymOf(context.caller.user_id);
    // Only the route can contain a quote: a request id is well-formed or ours, and the parser checks methods.
    this.write(
      level,
      (context ? `,"request_id":"${context.requestId}","trace_id":"${traceId(context)}"` : '') +
        `,"method":"${method}","route":${JSON.stringify(route)},"status":${reply.statusCode}` +
        `,"ms":${Math.round(ms * 10) / 10}${user === undefined ? '' : `,"user":"${user}"`}${nameOfGuest(context?.guest)}`,
    );
  }
}
