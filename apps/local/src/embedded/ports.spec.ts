import { once } from 'node:events';
import { createServer } from 'node:net';
import { freePorts } from './ports.js';

/** Linux's default first port of outgoing connections. */
const EPHEMERAL = 32_768;

describe('freePorts', () => {
  it('gives ports that are free, all different, and that no outgoing connection can take', async () => {
    const ports = await freePorts(20);
    expect(new Set(ports).size).toBe(20);
    expect(Math.max(...ports)).toBeLessThan(EPHEMERAL);
    const servers = ports.map((port) => createServer().listen(port, '127.0.0.1'));
    await Promise.all(servers.map((server) => once(server, 'listening')));
    for (const server of servers) server.close();
  });
});
