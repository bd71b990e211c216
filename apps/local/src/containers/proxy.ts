import { Agent, request as send } from 'node:http';
import type { EdgeAnswers } from '@app/http';
import { DomainError } from '@app/kernel';
import type { Target } from '../gateway/gateway.js';
import type { Inject } from '../gateway/inject.js';

/** API Gateway's timeout for an integration. */
const ANSWER_MS = 30_000;
const CALL_MS = 10_000;

/** Forwards requests to a service at `base`, with the caller's address in X-Forwarded-For. */
export function proxyTo(base: string, answers: EdgeAnswers): Target {
  const { hostname, port } = new URL(base);
  const agent = new Agent({ keepAlive: true });
  const handle: Target['handle'] = (request, response) => {
    const { method, url: path, headers, socket } = request;
    const forwarded = { ...headers, 'x-forwarded-for': socket.remoteAddress ?? '' };
    const onward = send({ agent, hostname, port, method, path, headers: forwarded, timeout: ANSWER_MS }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    const fail = (): void => {
      if (response.headersSent) response.destroy();
      else answers.refuse(request, response, unanswered());
    };
    onward.on('timeout', () => onward.destroy());
    onward.on('error', fail);
    response.on('close', () => onward.destroy());
    request.pipe(onward);
  };
  return { handle, methods: (path) => methodsAt(base + path) };
}

async function methodsAt(url: string): Promise<string[]> {
  const { headers } = await fetch(url, { method: 'OPTIONS', signal: AbortSignal.timeout(CALL_MS) });
  return headers.get('allow')?.split(', ') ?? [];
}

function unanswered(): DomainError {
  return new DomainError('service-unavailable', 'The service does not answer. Try again.');
}

/** Sends the gateway's own requests to a service at `base`. */
export function callerOf(base: string): Inject {
  return async ({ method, url, token, body }) => {
    const response = await fetch(base + url, {
      method,
      signal: AbortSignal.timeout(CALL_MS),
      headers: {
        ...(body && { 'content-type': 'application/json' }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
}
