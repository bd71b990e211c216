import { createServer, type Server } from 'node:net';
import { once } from 'node:events';

/** Free loopback ports, all different: held together, then released just before their owners take them. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server: Server) => new Promise((done) => server.close(done))));
  return ports;
}
