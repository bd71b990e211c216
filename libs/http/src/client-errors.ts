import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type DomainError, newContext } from '@app/kernel';
import type { Logger } from '@app/telemetry';
import { Cors } from './cors.js';
import { httpError } from './http-errors.js';
import { frameworkError, problemBody, problemHeaders, statusOf, toDomainError } from './problem.js';
import { pathOf } from './request.js';
import { methodNotAllowed } from './route-table.js';
import { SECURITY_HEADERS } from './security-headers.js';

/**
 * How long a server waits for a request, and how large its head may be (milliseconds, bytes). By default Node looks for
 * slow clients only every 30 s, and refuses a missing Host itself, without a problem document.
 */
export const CONNECTION_LIMITS = {
  maxHeaderSize: 16_384,
  headersTimeout: 10_000,
  requestTimeout: 15_000,
  connectionsCheckingInterval: 1_000,
  // Longer than a load balancer in front keeps its connections (an ALB 60 s): otherwise it would use one that is just
  // closing.
  keepAliveTimeout: 65_000,
  requireHostHeader: false,
};

/** Refuses a request with several Hosts, or in HTTP/1.1 with none: proxies would disagree on the target. */
export function hostProblem({ headers, rawHeaders, httpVersion }: IncomingMessage): DomainError | undefined {
  if (headers.host === undefined) return httpVersion === '1.1' ? frameworkError(400) : undefined;
  let hosts = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at];
    if (name?.length === 4 && name.toLowerCase() === 'host') hosts += 1;
  }
  return hosts > 1 ? frameworkError(400) : undefined;
}

type ParserError = Error & { code?: string; rawPacket?: unknown };

/** Responds to requests that never reach the app: those that Node's HTTP parser or the gateway refuses. */
export class EdgeAnswers {
  /** `methods` returns the methods of a path; none for an unknown path. */
  constructor(
    private readonly cors: Cors,
    private readonly methods: (path: string) => string[] | Promise<string[]>,
  ) {}

  /** Handles a server's events, except `clientError`, which Fastify takes at its construction. */
  listen(server: { on(event: string, listener: (...parts: never[]) => void): unknown }): void {
    server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) =>
      this.refuse(request, response, httpError('malformed-request', 'The Expect header asks for what is not offered.')),
    );
    server.on('connect', ({ url = '', headers }: IncomingMessage, socket: Duplex) => {
      void this.refuseMethod(socket, url, headers.origin);
    });
  }

  /** Responds to a request that never reaches the app, and closes its connection. */
  refuse(request: IncomingMessage, response: ServerResponse, problem: DomainError): void {
    const { requestId } = newContext({ requestId: request.headers['x-request-id'] });
    const body = JSON.stringify(problemBody(problem, requestId, pathOf(request.url ?? '/')));
    const cors = this.cors.headers(request.headers.origin);
    response.writeHead(statusOf(problem), { ...plainHeaders(problem, requestId, body), ...cors }).end(body);
  }

  /**
   * Responds to what Node's HTTP parser refuses: oversized headers (431), unknown methods (405), bytes that are not
   * HTTP (400), a request that arrives too slowly (408). For the `clientError` event of a server.
   */
  clientError(error: ParserError, socket: Duplex): void {
    if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
      socket.destroy();
      return;
    }
    // A browser's request starts in its first packet; later packets are not needed.
    const packet = Buffer.isBuffer(error.rawPacket) ? error.rawPacket.toString('latin1') : '';
    const origin = /^origin: *(\S{1,300})\r$/im.exec(packet)?.[1];
    const unknownMethod = /^[\w!#$%&'*+.^`|~-]+ (\/\S*) HTTP\/1\.[01]\r\n/.exec(packet)?.[1];
    if (error.code === 'HPE_INVALID_METHOD' && unknownMethod !== undefined) {
      void this.refuseMethod(socket, unknownMethod, origin);
      return;
    }
    const problem = frameworkError(parserStatus(error.code));
    if (!problem) return;
    const status = error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : statusOf(problem);
    this.write(socket, problem, { status, origin });
  }

  private async refuseMethod(socket: Duplex, url: string, origin: string | undefined): Promise<void> {
    socket.on('error', () => socket.destroy());
    const path = pathOf(url);
    const allowed = await Promise.resolve(this.methods(path)).catch(() => []);
    const problem = allowed.length > 0 ? methodNotAllowed(allowed) : frameworkError(404);
    if (problem) this.write(socket, problem, { status: statusOf(problem), path, origin, allowed });
  }

  private write(
    socket: Duplex,
    problem: DomainError,
    answer: { status: number; path?: string; origin?: string | undefined; allowed?: string[] },
  ): void {
    const { status, path = '/', origin, allowed = [] } = answer;
    const { requestId } = newContext();
    const body = JSON.stringify({ ...problemBody(problem, requestId, path), status });
    const headers = {
      ...plainHeaders(problem, requestId, body),
      ...this.cors.headers(origin),
      ...(allowed.length > 0 && { allow: allowed.join(', ') }),
    };
    const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    if (socket.writable) socket.end(`HTTP/1.1 ${status} Refused\r\n${head.join('')}\r\n${body}`);
  }
}

function plainHeaders(problem: DomainError, requestId: string, body: string): Record<string, string> {
  return {
    ...SECURITY_HEADERS,
    ...problemHeaders(problem),
    'x-request-id': requestId,
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  };
}

function parserStatus(code: string | undefined): number {
  if (code === 'HPE_HEADER_OVERFLOW') return 431;
  return code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
}

/** Responds to paths that the router refuses before any hook runs: a bad escape (400) or an over-long part (414). */
export function answerUnrouted(
  error: Error,
  request: FastifyRequest,
  reply: FastifyReply,
  { log, cors }: { log: Logger; cors: Cors },
): void {
  const { requestId } = newContext({ requestId: request.headers['x-request-id'] });
  const problem = toDomainError(error);
  const status = statusOf(problem);
  log.info({ request_id: requestId, method: request.method, status }, 'request');
  reply
    .code(status)
    .headers({ ...SECURITY_HEADERS, ...cors.headers(request.headers.origin) })
    .headers({ ...problemHeaders(problem), 'x-request-id': requestId })
    .send(JSON.stringify(problemBody(problem, requestId, pathOf(request.url))));
}
