import { AsyncLocalStorage } from 'node:async_hooks';
import { randomFillSync, randomUUID } from 'node:crypto';
import type { Caller, Guest } from './caller.js';

/** What accompanies a request or message through every layer and into the events it causes. */
export interface RequestContext {
  readonly requestId: string;
  /** W3C trace context; the trace id is the same from HTTP to the e-mail. */
  readonly traceparent: string;
  /** In terms of `performance.now()`: the client waits no longer. */
  readonly deadline?: number | undefined;
  caller?: Caller;
  guest?: Guest;
}

const storage = new AsyncLocalStorage<RequestContext>();

const REQUEST_ID = /^[A-Za-z0-9._:-]{8,128}$/;
const TRACEPARENT = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** Creates a context; malformed ids are replaced, not rejected. */
export function newContext(
  from: { requestId?: unknown; traceparent?: unknown; deadline?: number } = {},
): RequestContext {
  return {
    requestId: typeof from.requestId === 'string' && REQUEST_ID.test(from.requestId) ? from.requestId : randomUUID(),
    traceparent:
      typeof from.traceparent === 'string' && TRACEPARENT.test(from.traceparent) ? from.traceparent : newTrace(),
    ...(from.deadline !== undefined && { deadline: from.deadline }),
  };
}

/** 16 bytes for a trace id and 8 for the first span id, from a pool: a call for each would cost ten times as much. */
const TRACE_BYTES = 24;
const random = Buffer.alloc(TRACE_BYTES * 128);
let used = random.length;

function newTrace(): string {
  if (used === random.length) {
    randomFillSync(random);
    used = 0;
  }
  const digits = random.toString('hex', used, (used += TRACE_BYTES));
  return `00-${digits.slice(0, 32)}-${digits.slice(32)}-01`;
}

/** The part of the trace context that is the same from HTTP to the e-mail: 32 hex digits. */
export function traceId({ traceparent }: Pick<RequestContext, 'traceparent'>): string {
  return traceparent.slice(3, 35);
}

export function runWithContext<T>(context: RequestContext, fn: () => T): T {
  return storage.run(context, fn);
}

/** Returns the current context; work without a request (a sweep) gets a new one. */
export function currentContext(): RequestContext {
  return storage.getStore() ?? newContext();
}
