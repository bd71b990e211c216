import { once } from 'node:events';
import type { Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { eventually } from './eventually.js';

/** Sends a request, reads nothing of the response, lets a minute pass, and waits until the server disconnects. */
export async function neverRead(server: Server, path: string): Promise<void> {
  const connected = once(server, 'connection') as Promise<[Socket]>;
  const asked = once(server, 'request');
  const reader = connect((server.address() as AddressInfo).port, '127.0.0.1')
    .on('error', () => undefined)
    .pause();
  reader.write(`GET ${path} HTTP/1.1\r\nhost: localhost\r\n\r\n`);
  const [[connection]] = await Promise.all([connected, asked]);
  const now = performance.now.bind(performance);
  const clock = jest.spyOn(performance, 'now').mockImplementation(() => now() + 60_000);
  try {
    await eventually(() => expect(connection.destroyed).toBe(true));
  } finally {
    clock.mockRestore();
    reader.destroy();
  }
}
