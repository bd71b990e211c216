import {
  currentContext,
  DomainError,
  type ErrorPayload,
  newContext,
  type RequestContext,
  runWithContext,
  traceId,
} from '@app/kernel';
import type { BaseRpcContext, Server } from '@nestjs/microservices';
import { lastValueFrom } from 'rxjs';
import { describeFailure, MissingHandlerError } from './failure.js';
import type { Journal } from './journal.js';

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
  journal: Journal,
): Promise<CommandReply> {
  const began = performance.now();
  return runWithContext(contextOf(command.metadata), async () => {
    const present = currentContext();
    const about = { command: command.pattern, request_id: present.requestId, trace_id: traceId(present) };
    try {
      const response = await answer(server, command, context);
      journal.done('command', command.pattern, began, about);
      return { response };
    } catch (error) {
      if (error instanceof DomainError) {
        journal.done('command', command.pattern, began, { ...about, code: error.code });
        return { err: error.toPayload() };
      }
      // A pattern that nobody takes is the caller's word: it is no name to count under.
      const name = error instanceof MissingHandlerError ? 'unknown' : command.pattern;
      journal.failed('command', name, began, { ...about, ...describeFailure(error) });
      return { err: new DomainError('internal-error', 'The command failed by our fault.').toPayload() };
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
