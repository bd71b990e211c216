import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/**
 * Below those from which systems take the ports of outgoing connections: one of these would be in the way of a service
 * that starts, or starts again, on its port.
 */
const RANGE = { from: 20_000, to: 32_768 };
const ATTEMPTS = 100;

/**
 * Free loopback ports, all different: held together, then released just before their owners take them. Rejects when a
 * hundred ports in a row were taken.
 */
export async function freePorts(count: number): Promise<number[]> {
  const servers: Server[] = [];
  while (servers.length < count) servers.push(await listenSomewhere());
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return ports;
}

async function listenSomewhere(): Promise<Server> {
  for (let attempt = 1; ; attempt++) {
    const server = createServer().listen(randomInt(RANGE.from, RANGE.to), '127.0.0.1');
    try {
      await once(server, 'listening');
      return server;
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
    }
  }
}
