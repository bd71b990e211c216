import { once } from 'node:events';
import { Agent, createServer, get, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, Server, Socket } from 'node:net';
import { Controller, Get, SetMetadata } from '@nestjs/common';
import { pino } from 'pino';
import { ROUTE_ACCESS } from '@app/kernel';
import { startEdgeApp } from '../../../test/support/http-edge-app.js';
import { freePort } from '../../../test/support/process.js';
import { serve } from './serve.js';

let release: () => void;
let entered: () => void;
let running: Promise<void>;

@Controller('slow')
@SetMetadata(ROUTE_ACCESS, 'public')
class SlowController {
  @Get()
  async slow(): Promise<{ done: boolean }> {
    const released = new Promise<void>((resolve) => (release = resolve));
    entered();
    await released;
    return { done: true };
  }
}

describe('serve', () => {
  let exit: jest.SpyInstance;
  let exited: Promise<number>;
  beforeEach(() => {
    running = new Promise((resolve) => (entered = resolve));
    exited = new Promise((resolve) => {
      exit = jest.spyOn(process, 'exit').mockImplementation(((code: number) => resolve(code)) as never);
    });
  });
  afterEach(() => {
    exit.mockRestore();
    process.exitCode = 0;
  });

  it('finishes running requests at SIGTERM, then exits with 0', async () => {
    const edge = await startEdgeApp({ controllers: [SlowController] });
    const { url } = await serve(edge.app, { host: '127.0.0.1', port: 0, logger: pino({ level: 'silent' }) });
    const answer = fetch(`${url}/slow`);
    await running;
    process.emit('SIGTERM');
    await new Promise(setImmediate);
    release();
    expect(await (await answer).json()).toEqual({ done: true });
    expect(await exited).toBe(0);
    await expect(fetch(`${url}/health/live`)).rejects.toThrow();
  });

  /** Returns the messages of a service that cannot listen there. */
  async function saidOf(host: string, port: number): Promise<string[]> {
    const lines: string[] = [];
    const logger = pino({}, { write: (line: string) => void lines.push(line) });
    void serve((await startEdgeApp()).app, { host, port, logger });
    expect(await exited).toBe(1);
    return lines.map((line) => (JSON.parse(line) as { msg: string }).msg);
  }

  it('reports in one sentence that the port is in use', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    expect(await saidOf('127.0.0.1', port)).toEqual([
      `Port ${port} is taken: stop the program that uses it, or set PORT to another one.`,
    ]);
    other.close();
  });

  it('reports in one sentence that the address belongs to another machine, without contacting it', async () => {
    const asked = jest.spyOn(Socket.prototype, 'connect');
    // Reserved for documentation (RFC 5737): no machine has this address.
    expect(await saidOf('192.0.2.1', await freePort())).toEqual([
      '192.0.2.1 is no address of this machine: set HOST to one that is.',
    ]);
    const reasons = (asked.mock.contexts as Socket[]).map(({ errored }) => errored);
    asked.mockRestore();
    expect(reasons).toMatchObject([{ code: 'EADDRNOTAVAIL' }]);
  });

  it('does not share the port of another service', async () => {
    const logger = pino({ level: 'silent' });
    const first = await serve((await startEdgeApp()).app, { host: '127.0.0.1', port: 0, logger });
    void serve((await startEdgeApp()).app, { host: '127.0.0.1', port: Number(new URL(first.url).port), logger });
    expect(await exited).toBe(1);
    await first.close();
  });

  it('never listens just to test the port: a client that connected then would get no response', async () => {
    const listen = jest.spyOn(Server.prototype, 'listen');
    const edge = await startEdgeApp();
    const port = await freePort();
    listen.mockClear();
    const { close } = await serve(edge.app, { host: '127.0.0.1', port, logger: pino({ level: 'silent' }) });
    const opened = (listen.mock.contexts as Server[]).map(({ listening }) => listening);
    await close();
    listen.mockRestore();
    expect(opened.length).toBeGreaterThan(0);
    expect(opened).not.toContain(false);
  });

  it('keeps idle connections for longer than a load balancer does, and announces it', async () => {
    const edge = await startEdgeApp();
    const { url, close } = await serve(edge.app, { host: '127.0.0.1', port: 0, logger: pino({ level: 'silent' }) });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ask = async (): Promise<{ kept: string; port: number | undefined }> => {
      const [answer] = (await once(get(`${url}/health/live`, { agent }), 'response')) as [IncomingMessage];
      const { localPort: port } = answer.socket;
      await once(answer.resume(), 'end');
      return { kept: String(answer.headers['keep-alive']), port };
    };
    const [first, second] = [await ask(), await ask()];
    agent.destroy();
    await close();
    const [, seconds] = /^timeout=(\d+)$/.exec(first.kept) ?? [];
    expect(Number(seconds)).toBeGreaterThan(60);
    expect(edge.app.getHttpServer()).toMatchObject({ keepAliveTimeout: Number(seconds) * 1_000 });
    expect(second).toEqual(first);
  });

  it('accepts several connections per turn of the event loop, however long a turn is', async () => {
    const edge = await startEdgeApp();
    const { url, close } = await serve(edge.app, { host: '127.0.0.1', port: 0, logger: pino({ level: 'silent' }) });
    let taken = 0;
    edge.app.getHttpServer().on('connection', () => taken++);
    const visitors = Array.from({ length: 64 }, () => connect(Number(new URL(url).port), '127.0.0.1'));
    let turns = 0;
    for (; taken < visitors.length; turns++) await new Promise(setImmediate);
    for (const visitor of visitors) visitor.destroy();
    await close();
    expect(turns).toBeLessThan(visitors.length / 2);
  });
});
