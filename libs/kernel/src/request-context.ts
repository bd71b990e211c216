import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import type { Caller } from './caller.js';

/** What accompanies one request or message through every layer and into the events it causes. */
export interface RequestContext {
  readonly requestId: string;
  /** W3C trace context; the same trace id from HTTP to the e-mail. */
  readonly traceparent: string;
  /** Epoch milliseconds after which nobody waits for the answer any more. */
  readonly deadline?: number | undefined;
  caller?: Caller;
  /** Set by the idempotency interceptor, read inside the business transaction. */
  idempotencyClaim?: unknown;
}

const storage = new AsyncLocalStorage<RequestContext>();

const REQUEST_ID = /^[A-Za-z0-9._:-]{8,128}$/;
const TRACEPARENT = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** Makes a context; ill-formed ids are replaced rather than refused. */
export function newContext(
  from: { requestId?: unknown; traceparent?: unknown; deadline?: number } = {},
): RequestContext {
  return {
    requestId: typeof from.requestId === 'string' && REQUEST_ID.test(from.requestId) ? from.requestId : randomUUID(),
    traceparent:
      typeof from.traceparent === 'string' && TRACEPARENT.test(from.traceparent)
        ? from.traceparent
        : `00-${randomHex()}-${randomHex().slice(0, 16)}-01`,
    ...(from.deadline !== undefined && { deadline: from.deadline }),
  };
}

/** 32 hex digits, never all zero; UUIDs come from a pool, which makes them cheaper than random bytes. */
function randomHex(): string {
  return randomUUID().replaceAll('-', '');
}

/** The part of the trace context that is the same from HTTP to the e-mail: 32 hex digits. */
export function traceId({ traceparent }: Pick<RequestContext, 'traceparent'>): string {
  return traceparent.slice(3, 35);
}

export function runWithContext<T>(context: RequestContext, fn: () => T): T {
  return storage.run(context, fn);
}

/** The present context; work that nobody asked for (a sweep) gets a fresh one. */
export function currentContext(): RequestContext {
  return storage.getStore() ?? newContext();
}
