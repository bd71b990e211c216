export interface RetryOptions {
  /** Retries after the first try; default 3. */
  retries?: number;
  /** The longest wait between two tries; default 30 000 ms. If the server asks for more, there is no retry. */
  maxWaitMs?: number;
  /** For tests. */
  wait?: (ms: number, signal: AbortSignal) => Promise<void>;
}

const FIRST_WAIT_MS = 200;

/**
 * Sends a request until it has a final response. Retries only what is safe: reads, requests with an `Idempotency-Key`,
 * what sets a part of a cart, and 429, after which nothing has started. Waits for `Retry-After` if the server sends it; else
 * the wait doubles, with jitter. Never retries before a `Retry-After` that is longer than `maxWaitMs`.
 */
export async function sendWithRetries(
  request: Request,
  send: (request: Request) => Promise<Response>,
  { retries = 3, maxWaitMs = 30_000, wait = sleep }: RetryOptions = {},
): Promise<Response> {
  for (let attempt = 0; ; attempt += 1) {
    const last = attempt >= retries;
    const answer = await send(request.clone()).catch((error: unknown) => {
      if (last || !isRepeatable(request) || request.signal.aborted) throw error;
      return undefined;
    });
    if (answer && (last || !isTemporary(request, answer))) return answer;
    const named = retryAfterMs(answer);
    if (answer && named !== undefined && named > maxWaitMs) return answer;
    await answer?.body?.cancel();
    await wait(named ?? Math.min(maxWaitMs, backoffMs(attempt)), request.signal);
  }
}

/** Milliseconds before another try: they double, with jitter. */
export function backoffMs(attempt: number): number {
  return FIRST_WAIT_MS * 2 ** attempt * (0.5 + Math.random() / 2);
}

/** Whether sending it twice has the same effect as once. */
function isRepeatable({ method, headers, url }: Request): boolean {
  if (method === 'GET' || method === 'HEAD' || headers.has('idempotency-key')) return true;
  // What is set in a cart is set again; with If-Match the second time would be a conflict with the first.
  return new URL(url).pathname.startsWith('/carts/') && !headers.has('if-match');
}

function isTemporary(request: Request, { status, headers }: Response): boolean {
  if (status === 429) return true;
  // A 409 with Retry-After: the first request with this key is still running.
  return isRepeatable(request) && ([502, 503, 504].includes(status) || (status === 409 && headers.has('retry-after')));
}

/** Retry-After contains seconds or a date. */
function retryAfterMs(answer: Response | undefined): number | undefined {
  const value = answer?.headers.get('retry-after');
  if (!value) return undefined;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, ms);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
  });
}
