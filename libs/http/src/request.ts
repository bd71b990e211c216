import type { RequestContext } from '@app/kernel';
import type { FastifyReply, FastifyRequest } from 'fastify';

export type HttpRequest = FastifyRequest & { platform?: RequestContext };
export type HttpReply = FastifyReply;

/** Returns the path without the query, which may contain data that must not appear in a log or an error. */
export function pathOf(url: string): string {
  const query = url.indexOf('?');
  return query < 0 ? url : url.slice(0, query);
}
