import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/** Connections that wait to be taken; one that the queue does not hold tries again after a whole second. */
const BACKLOG = 4_096;
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

/** Rejects when somebody listens there: a socket that others may join would join them. */
export async function assertFree(address: Address): Promise<void> {
  if (address.port === 0 || FURTHER === 0) return;
  const probe = createServer().listen(address);
  await once(probe, 'listening');
  probe.close();
  await once(probe, 'close');
}

interface Address {
  host: string;
  port: number;
}
