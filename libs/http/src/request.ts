import type { RequestContext } from '@app/kernel';
import type { FastifyReply, FastifyRequest } from 'fastify';

export type HttpRequest = FastifyRequest & { platform?: RequestContext };
export type HttpReply = FastifyReply;

/** The path a client asked for, without the query: a query may carry what a log or an error must not repeat. */
export function pathOf(url: string): string {
  const query = url.indexOf('?');
  return query < 0 ? url : url.slice(0, query);
}
