import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const agent = new Agent({ keepAlive: true });

/** Calls another raw service. */
export async function askJson<T>(url: string, question: object): Promise<T> {
  const body = JSON.stringify(question);
  const outgoing = request(url, {
    method: 'POST',
    agent,
    headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
  });
  outgoing.end(body);
  const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(incoming, 'end');
  const text = Buffer.concat(chunks).toString();
  if (incoming.statusCode !== 201) throw new Error(text);
  return JSON.parse(text) as T;
}

export type Handler = (incoming: IncomingMessage, body: unknown) => Promise<object>;

/** Serves a raw service, and tells the parent process where. */
export async function listen(handle: Handler): Promise<void> {
  const server = createServer((incoming, response) => void serve(handle, incoming, response)).listen(0, '127.0.0.1');
  server.keepAliveTimeout = 60_000;
  await once(server, 'listening');
  process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}

async function serve(handle: Handler, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(incoming, 'end');
  try {
    const answer = await handle(incoming, JSON.parse(Buffer.concat(chunks).toString()));
    const text = JSON.stringify(answer);
    const headers = { 'content-type': 'application/json; charset=utf-8', 'content-length': Buffer.byteLength(text) };
    response.writeHead(201, headers).end(text);
  } catch (error) {
    response.writeHead(500).end(JSON.stringify({ error: String(error) }));
  }
}
