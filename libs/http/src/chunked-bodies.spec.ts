import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { eventually } from '../../../test/support/eventually.js';
import { type EdgeApp, startEdgeApp } from '../../../test/support/http-edge-app.js';
import { NotesController } from '../../../test/support/notes-controller.js';

const ONE_BYTE = '1\r\n \r\n';
const MANY = 90_000;

/** A note after white space, one byte per chunk. */
const note = (chunks: number): string => `${ONE_BYTE.repeat(chunks)}11\r\n{"text":"a note"}\r\n0\r\n\r\n`;

describe('bodies in chunks of one byte', () => {
  let edge: EdgeApp;
  beforeEach(async () => {
    edge = await startEdgeApp({ controllers: [NotesController] });
    await edge.app.listen(0, '127.0.0.1');
  });
  afterEach(() => edge.close());

  /** Returns the response and how many bytes of the request were read, once the connection has closed. */
  async function send(line: string, chunks: number, more = ''): Promise<{ answer: string; bytesRead: number }> {
    const { server } = edge.app.getHttpAdapter().getInstance();
    const accepted = once(server, 'connection') as Promise<[Socket]>;
    const socket = connect(Number(new URL(await edge.app.getUrl()).port), '127.0.0.1').setEncoding('latin1');
    const conversation = { answer: '', ended: false };
    socket.on('data', (data: string) => (conversation.answer += data)).on('error', () => undefined);
    socket.on('close', () => (conversation.ended = true));
    const head = `${line} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n`;
    socket.write(`${head}${more}\r\n${note(chunks)}`);
    const [accepting] = await accepted;
    await eventually(() => expect(conversation.ended).toBe(true));
    return { answer: conversation.answer, bytesRead: accepting.bytesRead };
  }

  it('are accepted up to a thousand', async () => {
    const { answer } = await send('POST /notes', 900);
    expect(answer).toMatch(/^HTTP\/1.1 201 .*connection: close.*"a note"/is);
  });

  it('are refused above that, with a response', async () => {
    const { answer } = await send('POST /notes', 1_100);
    expect(answer).toMatch(/^HTTP\/1.1 400 .*malformed-request/is);
  });

  // A client that is still sending may miss the response when its connection closes, so the test checks the log.
  it.each([
    ['POST /notes/own', 401],
    ['POST /nothing', 404],
    ['GET /things', 200],
    ['PUT /%zz', 400],
    ['GET /me', 400, 'expect: more\r\n'],
  ])('are not read further by %s, which responds %d', async (line, status, more = '') => {
    const { bytesRead } = await send(line, MANY, more);
    expect(bytesRead).toBeLessThan(140_000);
    const logged = edge.lines.filter(({ message }) => message === 'request').map((entry) => entry['status']);
    expect([[], [status]]).toContainEqual(logged);
  });
});
