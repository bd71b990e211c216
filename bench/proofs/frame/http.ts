import { Agent, type IncomingHttpHeaders, request } from 'node:http';

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Record<string, unknown>;
}

export interface Ask {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  token?: string;
  /** Idempotency-Key. */
  key?: string;
  headers?: Record<string, string>;
  body?: object;
  agent?: Agent;
  timeoutMs?: number;
}

const AGENT = new Agent({ keepAlive: true, maxSockets: 1_000 });

/** Sends one request. Rejects without a complete response: connection refused, cut or timed out. */
export function ask(url: string, options: Ask = {}): Promise<Answer> {
  const { method = 'GET', token, key, headers, body, agent = AGENT, timeoutMs = 15_000 } = options;
  const payload = body && Buffer.from(JSON.stringify(body));
  return new Promise((resolve, reject) => {
    const outgoing = request(url, {
      method,
      agent,
      signal: AbortSignal.timeout(timeoutMs),
      headers: {
        ...(payload && { 'content-type': 'application/json', 'content-length': payload.length }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(key !== undefined && { 'idempotency-key': key }),
        ...headers,
      },
    });
    outgoing.on('error', reject);
    outgoing.on('response', (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('error', reject);
      incoming.on('aborted', () => reject(new Error('The answer was cut.')));
      incoming.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        const parsed = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: parsed });
      });
    });
    outgoing.end(payload);
  });
}

/** Why there was no answer, such as ECONNREFUSED. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as { code?: unknown; message?: unknown };
  return String(code ?? message);
}
