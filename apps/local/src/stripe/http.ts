import type { IncomingMessage } from 'node:http';
import { API_VERSION } from './event-log.js';
import { StripeError } from './stripe-error.js';

/** A request as the wire works with it. */
export interface Request {
  method: string;
  path: string;
  /** The query of a GET or DELETE, the body of a POST. */
  form: string;
  authorization: string;
  idempotencyKey: string | undefined;
  version: string;
}

/** Status and body, before it is sent. */
export interface Outcome {
  status: number;
  body: string;
}

export interface Answer extends Outcome {
  headers: Record<string, string>;
}

const MAX_BODY_BYTES = 256 * 1024;

/** @throws StripeError for a body that is no form, or too long. */
export async function readRequest(incoming: IncomingMessage): Promise<Request> {
  const { method = 'GET', url = '/', headers } = incoming;
  const [path = '/', query = ''] = url.split('?', 2);
  const body = await readBody(incoming);
  if (body !== '' && !headers['content-type']?.startsWith('application/x-www-form-urlencoded'))
    throw unreadable('Invalid request (check that your POST content type is application/x-www-form-urlencoded).');
  return {
    method,
    path,
    form: method === 'POST' ? body : query,
    authorization: headers.authorization ?? '',
    idempotencyKey: method === 'POST' ? [headers['idempotency-key'] ?? []].flat()[0] : undefined,
    version: [headers['stripe-version'] ?? API_VERSION].flat().join(),
  };
}

async function readBody(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw unreadable('The request is too long.', 413);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

const unreadable = (message: string, status = 400) =>
  new StripeError(status, { type: 'invalid_request_error', message }, false);

/** What an error says to the client; an unexpected one only that it happened. */
export function outcomeOf(error: unknown): Outcome {
  if (error instanceof StripeError) return { status: error.status, body: JSON.stringify({ error: error.body }) };
  report(error);
  const message = 'An unknown error occurred.';
  return { status: 500, body: JSON.stringify({ error: { type: 'api_error', message } }) };
}

/** Tells the person at the terminal of an error that nobody else is told of. */
export function report(error: unknown): void {
  process.stderr.write(`The embedded Stripe failed: ${error instanceof Error ? error.stack : String(error)}\n`);
}
