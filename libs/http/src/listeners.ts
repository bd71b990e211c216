import { once } from 'node:events';
import { connect, createServer, isIP, type Server, type Socket } from 'node:net';

/** Pending connections; a client that finds the queue full retries only after a whole second. */
const BACKLOG = 4_096;
const CONNECT_TIMEOUT_MS = 1_000;
/** In addition to the server's own. */
const EXTRA_SOCKETS = process.platform === 'linux' ? 63 : 0;

/** Options for the server's own `listen`, so that `listenOnExtraSockets` can share its port. */
export const LISTEN_OPTIONS = { backlog: BACKLOG, reusePort: EXTRA_SOCKETS > 0 };

/**
 * Opens extra sockets on the server's port and passes their connections to it. Node accepts one connection per
 * listening socket and turn of its event loop: on a busy process with turns of 20 ms, new clients would wait for
 * seconds, only to be refused. Returns a function that stops them, and resolves once they are closed.
 */
export async function listenOnExtraSockets(server: Server, { host, port }: Address): Promise<() => Promise<void>> {
  const extra = Array.from({ length: EXTRA_SOCKETS }, () =>
    createServer({ noDelay: true }, (socket) => server.emit('connection', socket)).listen({
      host,
      port,
      ...LISTEN_OPTIONS,
    }),
  );
  await Promise.all(extra.map((listener) => once(listener, 'listening')));
  return async () => {
    const closed = extra.map((listener) => once(listener, 'close'));
    for (const listener of extra) listener.close();
    await Promise.all(closed);
  };
}

/**
 * Rejects with EADDRINUSE if another process listens there: shared ports would let us join it. It tests by connecting:
 * if it listened for a test, a client that connected just then would wait forever.
 */
export async function assertFree({ host, port }: Address): Promise<void> {
  if (port === 0 || EXTRA_SOCKETS === 0) return;
  // From the address itself, so that no other machine is asked: listening on a foreign address fails by itself.
  const from = isIP(host) > 0 ? { localAddress: host } : {};
  const socket = connect({ host, port, timeout: CONNECT_TIMEOUT_MS, ...from });
  const answered = await new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(!isItself(socket)));
    for (const event of ['timeout', 'error']) socket.once(event, () => resolve(false));
  });
  socket.destroy();
  if (answered) throw Object.assign(new Error(`Somebody listens on ${host}:${port}.`), { code: 'EADDRINUSE' });
}

/** A connection to an unused port can connect to itself, if it happens to start from the same port. */
const isItself = ({ localPort, remotePort }: Socket): boolean => localPort === remotePort;

interface Address {
  host: string;
  port: number;
}
