import {
  currentContext,
  DomainError,
  type ErrorPayload,
  type Logger,
  newContext,
  type RequestContext,
  runWithContext,
} from '@app/kernel';
import type { BaseRpcContext, Server } from '@nestjs/microservices';
import { lastValueFrom } from 'rxjs';
import { describeFailure, MissingHandlerError } from './failure.js';

/** A command on the wire: the same packet over TCP and as the payload of a Lambda invocation. */
export interface CommandInvocation {
  pattern: string;
  data: unknown;
  /** `request_id`, `traceparent`, and `timeout_ms`: a duration, since two machines' clocks differ. */
  metadata?: Record<string, string>;
}

/** Either a response or an error; never both. */
export interface CommandReply {
  response?: unknown;
  err?: ErrorPayload;
}

/** Where handlers are registered; every Nest server is one. */
type Handlers = Pick<Server, 'getHandlerByPattern' | 'transformToObservable'>;

/** The caller's context as a packet carries it. */
export function commandMetadata(): Record<string, string> {
  const { requestId, traceparent, deadline } = currentContext();
  return {
    request_id: requestId,
    traceparent,
    ...(deadline !== undefined && { timeout_ms: String(Math.max(0, deadline - Date.now())) }),
  };
}

/**
 * Runs the handler of a command inside the context its packet carries. Never rejects: a domain error becomes the
 * reply, any other is logged here and told as `internal-error` without its message.
 */
export function execute(
  server: Handlers,
  command: CommandInvocation,
  context: BaseRpcContext,
  logger: Logger,
): Promise<CommandReply> {
  return runWithContext(contextOf(command.metadata), async () => {
    try {
      return { response: await answer(server, command, context) };
    } catch (error) {
      return { err: errorPayload(error, command.pattern, logger) };
    }
  });
}

async function answer(
  server: Handlers,
  { pattern, data }: CommandInvocation,
  context: BaseRpcContext,
): Promise<unknown> {
  const handler = server.getHandlerByPattern(pattern);
  if (!handler || handler.isEventHandler) throw new MissingHandlerError(pattern);
  const { deadline } = currentContext();
  if (deadline !== undefined && deadline <= Date.now()) {
    throw new DomainError('service-unavailable', 'The command came after its deadline: nobody waits for the answer.');
  }
  const result = server.transformToObservable<unknown>(await handler(data, context));
  return lastValueFrom(result, { defaultValue: undefined });
}

function contextOf(metadata: Record<string, string> | undefined): RequestContext {
  const timeout = Number(metadata?.['timeout_ms'] ?? Number.NaN);
  return newContext({
    requestId: metadata?.['request_id'],
    traceparent: metadata?.['traceparent'],
    ...(Number.isFinite(timeout) && { deadline: Date.now() + timeout }),
  });
}

function errorPayload(error: unknown, pattern: string, logger: Logger): ErrorPayload {
  if (error instanceof DomainError) return error.toPayload();
  logger.error({ pattern, request_id: currentContext().requestId, ...describeFailure(error) }, 'command failed');
  return new DomainError('internal-error', 'The command failed by our fault.').toPayload();
}
