import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/**
 * Below those from which systems take the ports of outgoing connections: one of these would be in the way of a service
 * that starts, or starts again, on its port.
 */
const RANGE = { from: 20_000, count: 12_768 };
/** Processes that look for ports at the same time begin so far from each other. */
const APART = 101;
const ATTEMPTS = 100;

let asked = process.pid * APART;

/**
 * Free loopback ports, all different: held together, then released just before their owners take them. None is given
 * twice before all have been. Rejects when a hundred in a row are taken.
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
    const server = createServer().listen(RANGE.from + (asked++ % RANGE.count), '127.0.0.1');
    try {
      await once(server, 'listening');
      return server;
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
    }
  }
}
