import type { DomainError } from '@app/kernel';
import { hostProblem } from './client-errors.js';
import { frameworkError, problemBody, problemHeaders, statusOf, toDomainError } from './problem.js';
import { type HttpReply, type HttpRequest, pathOf } from './request.js';

const MAX_URL = 8_000;

/** Bypasses Nest's filters: under overload the cost of each refusal counts. */
export function refuse(request: HttpRequest, reply: HttpReply, error: DomainError): void {
  const body = problemBody(error, request.platform?.requestId ?? '', pathOf(request.url));
  reply.code(statusOf(error)).headers(problemHeaders(error)).send(JSON.stringify(body));
}

export function nothingServed(): DomainError {
  return toDomainError({ statusCode: 404 });
}

/** Why a request line cannot be served, whatever the route. */
export function lineError({ url, raw }: HttpRequest): DomainError | undefined {
  const hostError = hostProblem(raw);
  if (hostError) return hostError;
  if (url.length > MAX_URL) return frameworkError(414);
  if (!url.includes('%')) return undefined;
  try {
    decodeURIComponent(url.slice(pathOf(url).length));
    return undefined;
  } catch {
    return frameworkError(400);
  }
}
