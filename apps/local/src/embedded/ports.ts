import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/**
 * Below the range of outgoing connections: one of those could occupy the port of a service that starts or restarts.
 */
const RANGE = { from: 20_000, count: 12_768 };
/** The distance between the first ports tried by concurrent processes. */
const APART = 101;
const ATTEMPTS = 100;

let asked = process.pid * APART;

/**
 * Returns different free loopback ports: binds all of them, then releases them just before their owners bind them. No
 * port is repeated before all have been returned. Rejects if a hundred in a row are taken.
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
