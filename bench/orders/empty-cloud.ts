import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const POLL_MS = 1_000;

/**
 * Starts an AWS that accepts every event and delivers none, in the load's process, and returns its address. An emulator
 * would use more processor time than the measured services.
 */
export async function startEmptyCloud(): Promise<string> {
  const server = createServer((request, response) => void answer(request, response)).listen(0, '127.0.0.1');
  server.unref();
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(request, 'end');
  if (String(request.headers['x-amz-target'] ?? '').endsWith('ReceiveMessage')) {
    setTimeout(() => response.setHeader('content-type', 'application/x-amz-json-1.0').end('{}'), POLL_MS).unref();
    return;
  }
  const ids = [
    ...Buffer.concat(chunks)
      .toString('latin1')
      .matchAll(/member\.\d+\.Id=(\w+)/g),
  ].map(([, id]) => id);
  const accepted = ids.map((id) => `<member><Id>${id}</Id><MessageId>${randomUUID()}</MessageId></member>`);
  response.setHeader('content-type', 'text/xml');
  response.end(
    `<PublishBatchResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishBatchResult><Successful>${accepted.join('')}</Successful><Failed></Failed></PublishBatchResult><ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata></PublishBatchResponse>`,
  );
}
