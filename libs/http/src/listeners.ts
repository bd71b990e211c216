import { once } from 'node:events';
import { connect, createServer, isIP, type Server, type Socket } from 'node:net';

/** Connections that wait to be taken; one that the queue does not hold tries again after a whole second. */
const BACKLOG = 4_096;
const ANSWERS_WITHIN_MS = 1_000;
/** Beside the server's own. */
const FURTHER = process.platform === 'linux' ? 63 : 0;

/** What `listen` of a server needs for `listenFurther` to join it. */
export const LISTEN_OPTIONS = { backlog: BACKLOG, reusePort: FURTHER > 0 };

/**
 * Further sockets that listen where a server does, and hand their connections to it. Node takes one connection from a
 * listening socket in each turn of its event loop: of a busy process, whose turns take 20 ms, newcomers would wait for
 * seconds, only to be refused. Answers what stops them, and resolves once their connections have ended.
 */
export async function listenFurther(server: Server, { host, port }: Address): Promise<() => Promise<void>> {
  const further = Array.from({ length: FURTHER }, () =>
    createServer({ noDelay: true }, (socket) => server.emit('connection', socket)).listen({
      host,
      port,
      ...LISTEN_OPTIONS,
    }),
  );
  await Promise.all(further.map((listener) => once(listener, 'listening')));
  return async () => {
    const closed = further.map((listener) => once(listener, 'close'));
    for (const listener of further) listener.close();
    await Promise.all(closed);
  };
}

/**
 * Rejects with EADDRINUSE when somebody listens there: a socket that others may join would join them. Asks by connecting,
 * since whoever met a socket that listens only to find out would wait for an answer forever.
 */
export async function assertFree({ host, port }: Address): Promise<void> {
  if (port === 0 || FURTHER === 0) return;
  // From that very address, so that one of another machine is never asked: to listen there fails with its own reason.
  const from = isIP(host) > 0 ? { localAddress: host } : {};
  const socket = connect({ host, port, timeout: ANSWERS_WITHIN_MS, ...from });
  const answered = await new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(!isItself(socket)));
    for (const nobody of ['timeout', 'error']) socket.once(nobody, () => resolve(false));
  });
  socket.destroy();
  if (answered) throw Object.assign(new Error(`Somebody listens on ${host}:${port}.`), { code: 'EADDRINUSE' });
}

/** TCP joins a connection to a port nobody listens on with itself, when it happens to come from that port. */
const isItself = ({ localPort, remotePort }: Socket): boolean => localPort === remotePort;

interface Address {
  host: string;
  port: number;
}
