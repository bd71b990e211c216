import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';

/** A request exactly as sent: unlike with fetch, no path is normalised and no header added. */
export interface WireRequest {
  method: string;
  path: string;
  token?: string;
  /** Sent as `application/json`. */
  json?: unknown;
  /** Sent unchanged; `headers` sets the content type. */
  body?: string | Buffer;
  headers?: Record<string, string | string[]>;
}

export interface WireAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- rows read bodies of every shape
  body: any;
}

const DEADLINE_MS = 20_000;

export function sendOnWire(
  base: string,
  { method, path, token, json, body, headers }: WireRequest,
): Promise<WireAnswer> {
  const payload = json === undefined ? body : JSON.stringify(json);
  const { hostname, port } = new URL(base);
  return new Promise((resolve, reject) => {
    const request = httpRequest({
      hostname,
      port,
      method,
      path,
      headers: {
        ...(json !== undefined && { 'content-type': 'application/json' }),
        ...(payload !== undefined &&
          headers?.['transfer-encoding'] === undefined && { 'content-length': String(Buffer.byteLength(payload)) }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...headers,
      },
      timeout: DEADLINE_MS,
    });
    request.on('timeout', () => request.destroy(new Error(`${method} ${path.slice(0, 80)} had no answer in time.`)));
    request.on('error', reject);
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, body: parse(text) });
      });
    });
    request.end(payload);
  });
}

/** Sends any bytes, HTTP or not, and returns the reply until the other side closes (or `ms` passed). */
export function sendBytes(
  base: string,
  bytes: string,
  ms = DEADLINE_MS,
): Promise<{ text: string; closedAfter: number }> {
  const { hostname, port } = new URL(base);
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    let text = '';
    socket.setEncoding('utf8').on('data', (data: string) => (text += data));
    const late = setTimeout(() => socket.destroy(new Error(`The connection was still open after ${ms} ms.`)), ms);
    socket.on('error', reject);
    socket.on('close', () => {
      clearTimeout(late);
      resolve({ text, closedAfter: performance.now() - began });
    });
  });
}

/** Reads one raw HTTP answer. */
export function readAnswer(text: string): WireAnswer {
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const [first = '', ...lines] = head.split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  const body = rest.join('\r\n\r\n');
  return { status: Number(first.split(' ')[1]), headers, text: body, body: parse(body) };
}

/** A copy without some of its members. */
export function omit(object: object, ...names: string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
