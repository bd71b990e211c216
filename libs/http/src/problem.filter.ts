import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import { DomainError, newContext } from '@app/kernel';
import type { Logger } from '@app/telemetry';
import { describeFailure } from './failure-log.js';
import { problemBody, problemHeaders, statusOf, toDomainError } from './problem.js';
import { type HttpReply, type HttpRequest, pathOf } from './request.js';

/** Turns every error into a problem document. Only unexpected errors are logged with their stack. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const [request, reply] = [http.getRequest<HttpRequest>(), http.getResponse<HttpReply>()];
    const path = pathOf(request.url);
    const context = (request.platform ??= newContext());
    const error = toDomainError(thrown);
    this.log(error, context.requestId);
    // Otherwise the client would keep sending its oversized body.
    if (error.code === 'payload-too-large') reply.header('connection', 'close');
    reply
      .code(statusOf(error))
      .headers({ ...problemHeaders(error), 'x-request-id': context.requestId })
      .send(JSON.stringify(problemBody(error, context.requestId, path)));
  }

  private log(error: DomainError, requestId: string): void {
    if (error.kind === 'internal') {
      this.logger.error({ request_id: requestId, failure: describeFailure(error.cause ?? error) }, 'request failed');
    } else if (error.kind === 'unavailable') {
      this.logger.warn({ request_id: requestId, code: error.code, failure: describeFailure(error) }, 'unavailable');
    }
  }
}
