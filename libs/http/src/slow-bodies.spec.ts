import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import { eventually } from '../../../test/support/eventually.js';
import { type EdgeApp, startEdgeApp } from '../../../test/support/http-edge-app.js';
import { NotesController } from '../../../test/support/notes-controller.js';
import { BodyRoom } from './body-room.js';
import { readJson } from './json-body.js';

const BODY = '{"text":"a note"}';

describe('bodies that arrive slowly', () => {
  let edge: EdgeApp;
  let port: number;
  const sockets: Socket[] = [];
  beforeEach(async () => {
    edge = await startEdgeApp({ controllers: [NotesController], admission: { inFlight: 20, eventLoopDelay: 0 } });
    await edge.app.listen(0, '127.0.0.1');
    port = Number(new URL(await edge.app.getUrl()).port);
  });
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await edge.close();
  });

  /** Sends a head and `sent` of the body from any address of this machine; returns the response as it arrives. */
  async function send(path: string, sent: string, { from = '127.0.0.1', token = '' } = {}) {
    const socket = connect({ port, host: '127.0.0.1', localAddress: from });
    sockets.push(socket);
    const conversation = { socket, received: '' };
    socket.setEncoding('latin1').on('data', (data: string) => (conversation.received += data));
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    const authorization = token === '' ? '' : `authorization: Bearer ${token}\r\n`;
    const head = `POST ${path} HTTP/1.1\r\nhost: x\r\n${authorization}content-type: application/json\r\n`;
    socket.write(`${head}content-length: ${BODY.length}\r\n\r\n${sent}`);
    return conversation;
  }

  const status = (received: string) => Number(/^HTTP\/1\.1 (\d{3})/.exec(received)?.[1]);
  const answered = async (conversation: { received: string }) => {
    await eventually(() => expect(conversation.received).toMatch(/\r\n\r\n/));
    return status(conversation.received);
  };

  it("take nobody's place: with 220 of them every other request is served", async () => {
    const slow: Awaited<ReturnType<typeof send>>[] = [];
    for (let n = 0; n < 220; n++) slow.push(await send('/notes', '{', { from: `127.0.0.${10 + (n % 10)}` }));
    const others = await Promise.all(Array.from({ length: 15 }, () => send('/notes', BODY)));
    expect(await Promise.all(others.map(answered))).toEqual(others.map(() => 201));
    expect(slow.filter(({ received }) => received !== '')).toEqual([]);
    for (const { socket } of slow) socket.write(BODY.slice(1));
    const statuses = await Promise.all(slow.map(answered));
    // All end at the same moment, so admission may refuse some of them as usual.
    expect([...new Set(statuses)].filter((each) => each !== 201 && each !== 503)).toEqual([]);
    expect(statuses).toContain(201);
  });

  it('are limited per address, which is still served for bodies that arrive at once', async () => {
    const slow: Awaited<ReturnType<typeof send>>[] = [];
    for (let n = 0; n < 33; n++) slow.push(await send('/notes', '{'));
    const refused = () => slow.filter(({ received }) => received !== '');
    await eventually(() => expect(refused().map(({ received }) => status(received))).toEqual([429]));
    expect(refused()[0]?.received).toMatch(/^retry-after: 1\r$/im);
    expect(await answered(await send('/notes', BODY))).toBe(201);
    expect(await answered(await send('/notes', BODY, { from: '127.0.0.9' }))).toBe(201);
    // Clients that give up make room.
    for (const { socket } of slow) socket.destroy();
    await eventually(async () => {
      const next = await send('/notes', '{');
      // Later clients are served: this one waits, or is refused.
      await answered(await send('/notes', BODY));
      expect(next.received).toBe('');
      next.socket.write(BODY.slice(1));
      expect(await answered(next)).toBe(201);
    });
  });

  it('hold no place when their connection closes before they are read', async () => {
    const room = new BodyRoom();
    const gone = async (): Promise<unknown> => {
      const raw = new PassThrough().on('error', () => undefined);
      raw.destroy();
      await once(raw, 'close');
      return readJson({ raw, headers: {}, method: 'POST', ip: '192.0.2.1' } as unknown as FastifyRequest, room);
    };
    for (let n = 0; n < 40; n++) await expect(gone()).rejects.toMatchObject({ code: 'malformed-request' });
  });

  it('are not awaited if the head is enough to refuse', async () => {
    const wrong = await edge.sign({ exp: 1 });
    for (const token of ['', 'wrong', wrong]) {
      const conversation = await send('/notes/own', '', { token });
      expect(await answered(conversation)).toBe(401);
    }
    expect(await answered(await send('/nothing', ''))).toBe(404);
    const right = await send('/notes/own', '{', { token: await edge.sign() });
    right.socket.write(BODY.slice(1));
    expect(await answered(right)).toBe(201);
  });
});
