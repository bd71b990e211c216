import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { eventually } from '../../../test/support/eventually.js';
import { startEdgeApp } from '../../../test/support/http-edge-app.js';
import { LargeController } from '../../../test/support/large-controller.js';
import { neverRead } from '../../../test/support/never-read.js';
import { cutSlowReaders } from './slow-readers.js';

describe('a client that does not read', () => {
  let server: Server;
  const open = new Set<Socket>();
  beforeEach(async () => {
    server = createServer(({ url }, response) => response.end(Buffer.alloc(url === '/small' ? 1_000 : 20_000_000)));
    server.on('connection', (socket) => open.add(socket).size && socket.on('close', () => open.delete(socket)));
    cutSlowReaders(server, 1_500);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(() => {
    server.close();
    for (const socket of open) socket.destroy();
  });
  const ask = (times = 1): Socket => {
    const socket = connect((server.address() as { port: number }).port, '127.0.0.1').on('error', () => undefined);
    return socket.pause().on('connect', () => socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(times)));
  };

  it.each([1, 3])('loses its connection, also with %d requests at once', async (requests) => {
    const socket = ask(requests);
    await eventually(() => expect(open.size).toBe(1));
    await eventually(() => expect(open.size).toBe(0));
    socket.destroy();
  });

  it('costs other clients nothing, which may reuse their connection later', async () => {
    const { port } = server.address() as { port: number };
    const reading = connect(port, '127.0.0.1').setEncoding('latin1');
    let received = '';
    reading.on('data', (text: string) => (received += text));
    const read = async (answers: number) => {
      reading.write('GET /small HTTP/1.1\r\nhost: x\r\n\r\n');
      await eventually(() => expect(received.split('HTTP/1.1 200 ')).toHaveLength(1 + answers));
    };
    await read(1);
    const other = ask();
    await eventually(() => expect(open.size).toBe(2));
    await eventually(() => expect(open.size).toBe(1));
    await read(2);
    reading.destroy();
    other.destroy();
  });

  it('loses its connection to a service after a minute', async () => {
    const edge = await startEdgeApp({ controllers: [LargeController] });
    await edge.app.listen(0, '127.0.0.1');
    await neverRead(edge.app.getHttpServer(), '/large').finally(() => edge.close());
  });
});
