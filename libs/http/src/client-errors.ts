import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DomainError, type Logger, newContext } from '@app/kernel';
import { frameworkError, problemBody, problemHeaders, statusOf, toDomainError } from './problem.js';
import { pathOf } from './request.js';
import { SECURITY_HEADERS } from './security-headers.js';

/**
 * How long a server waits for a request, and how large its head may be (milliseconds, bytes). Node looks for slow
 * clients every 30 s unless told otherwise, and refuses a missing Host itself, without a problem document.
 */
export const CONNECTION_LIMITS = {
  maxHeaderSize: 16_384,
  headersTimeout: 10_000,
  requestTimeout: 15_000,
  connectionsCheckingInterval: 1_000,
  requireHostHeader: false,
};

/** Answers an `Expect` header that Node would answer with a bare 417. For the `checkExpectation` event of a server. */
export function answerExpectation(request: IncomingMessage, response: ServerResponse): void {
  refuse(request, response, new DomainError('malformed-request', 'The Expect header asks for what is not offered.'));
}

/** Answers a request that reaches no app, and closes its connection. */
export function refuse(request: IncomingMessage, response: ServerResponse, problem: DomainError): void {
  const { requestId } = newContext({ requestId: request.headers['x-request-id'] });
  const body = JSON.stringify(problemBody(problem, requestId, pathOf(request.url ?? '/')));
  response.writeHead(statusOf(problem.code), plainHeaders(problem, requestId, body)).end(body);
}

/**
 * Answers what Node's HTTP parser refuses before there is a request: oversized headers (431), bytes that are not HTTP
 * (400), a request that arrives too slowly (408). For the `clientError` event of an HTTP server.
 */
export function answerClientError(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  const { requestId } = newContext();
  const problem = frameworkError(parserStatus(error.code));
  if (!problem) return;
  const status = error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : statusOf(problem.code);
  const body = JSON.stringify({ ...problemBody(problem, requestId, '/'), status });
  const head = Object.entries(plainHeaders(problem, requestId, body)).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} Refused\r\n${head.join('')}\r\n${body}`);
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

/** Answers what the router refuses before any hook runs: a bad escape (400) or an over-long part (414) of the path. */
export function answerUnrouted(error: Error, request: FastifyRequest, reply: FastifyReply, log: Logger): void {
  const { requestId } = newContext({ requestId: request.headers['x-request-id'] });
  const problem = toDomainError(error);
  const status = statusOf(problem.code);
  log.info({ request_id: requestId, method: request.method, status }, 'request');
  reply
    .code(status)
    .headers({ ...SECURITY_HEADERS, ...problemHeaders(problem), 'x-request-id': requestId })
    .send(JSON.stringify(problemBody(problem, requestId, pathOf(request.url))));
}
