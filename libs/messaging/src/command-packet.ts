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
  /** `request_id`, `traceparent`, and `timeout_ms`: a duration, since the clocks of two machines differ. */
  metadata?: Record<string, string>;
}

/** Either a response or an error; never both. */
export interface CommandReply {
  response?: unknown;
  err?: ErrorPayload;
}

/** The registered handlers; every Nest server has them. */
type Handlers = Pick<Server, 'getHandlerByPattern' | 'transformToObservable'>;

/** The caller's context in the form of a packet's metadata. */
export function commandMetadata(): Record<string, string> {
  const { requestId, traceparent, deadline } = currentContext();
  return {
    request_id: requestId,
    traceparent,
    ...(deadline !== undefined && { timeout_ms: String(Math.max(0, deadline - performance.now())) }),
  };
}

/** The result of a command. */
export interface Executed {
  reply: CommandReply;
  /** Logs and measures the command; called after the reply, so that the caller does not wait for it. */
  log: () => void;
}

/**
 * Runs the handler of a command in the context of its packet. Never rejects: a domain error becomes the reply; any
 * other error is logged, and the reply is `internal-error` without its message.
 */
export function execute(
  server: Handlers,
  command: CommandInvocation,
  context: BaseRpcContext,
  journal: Journal,
): Promise<Executed> {
  const began = performance.now();
  return runWithContext(contextOf(command.metadata), async () => {
    const present = currentContext();
    const { pattern } = command;
    const about = { command: pattern, request_id: present.requestId, trace_id: traceId(present) };
    const executed = (reply: CommandReply, log: (ms: number) => void): Executed => {
      const ms = performance.now() - began;
      return { reply, log: () => log(ms) };
    };
    try {
      const response = await answer(server, command, context);
      return executed({ response }, (ms) => journal.done('command', pattern, ms, about));
    } catch (error) {
      if (error instanceof DomainError) {
        const { code } = error;
        return executed({ err: error.toPayload() }, (ms) => journal.done('command', pattern, ms, { ...about, code }));
      }
      // An unknown pattern is the caller's text, and must not become a metric label.
      const name = error instanceof MissingHandlerError ? 'unknown' : pattern;
      const reply = { err: new DomainError('internal-error', 'The command failed by our fault.').toPayload() };
      return executed(reply, (ms) => journal.failed('command', name, ms, { ...about, ...describeFailure(error) }));
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
  if (deadline !== undefined && deadline <= performance.now()) {
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
    ...(Number.isFinite(timeout) && { deadline: performance.now() + timeout }),
  });
}
