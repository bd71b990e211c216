import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type RequestOptions } from 'node:http';
import type { AddressInfo } from 'node:net';
import { guardWire, type Neighbours, ThisMachine } from './this-machine.js';

type Headers = Record<string, string>;

/** A request as Node delivers it. */
const from = (remoteAddress: string, headers: Headers = {}) =>
  ({ socket: { remoteAddress }, headers: { host: '127.0.0.1:3000', ...headers } }) as unknown as IncomingMessage;

const refusal = (caller: IncomingMessage, neighbours?: Neighbours) => new ThisMachine(neighbours).refusal(caller)?.code;

describe('a request of this machine', () => {
  it.each(['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1'])('comes from %s', (address) => {
    expect(refusal(from(address))).toBeUndefined();
  });

  it.each(['192.0.2.7', '10.0.0.1', '169.254.1.1', 'fe80::1', '2001:db8::1', '::ffff:192.0.2.7', '0.0.0.0', ''])(
    'cannot come from "%s"',
    (address) => {
      expect(refusal(from(address))).toBe('forbidden');
    },
  );

  it.each(['localhost', 'localhost:3000', 'LOCALHOST', 'shop.localhost:3000', '127.0.0.1', '[::1]:3000', '192.0.2.7'])(
    'is for %s',
    (host) => {
      expect(refusal(from('127.0.0.1', { host }))).toBeUndefined();
    },
  );

  it.each([
    '',
    'evil.example',
    'evil.example:3000',
    'localhost.evil.example',
    '127.0.0.1.nip.example',
    'emulator',
    'a b',
  ])('cannot use the host "%s", which an attacker may point here', (host) => {
    expect(refusal(from('127.0.0.1', { host }))).toBe('forbidden');
  });

  it.each<[string, Headers, string | undefined]>([
    [
      'a proxy of this machine for itself',
      { 'x-forwarded-for': '127.0.0.1, ::1', 'x-forwarded-host': 'localhost' },
      undefined,
    ],
    ['a proxy for somebody else', { 'x-forwarded-for': '203.0.113.9' }, 'forbidden'],
    ['a proxy for somebody else, through another', { 'x-forwarded-for': '127.0.0.1, 203.0.113.9' }, 'forbidden'],
    ['a proxy under a public name', { 'x-forwarded-host': 'shop.example' }, 'forbidden'],
    ['a proxy with another header', { forwarded: 'for=127.0.0.1' }, 'forbidden'],
  ])('may come through a proxy: %s', (_, headers, expected) => {
    expect(refusal(from('127.0.0.1', headers))).toBe(expected);
  });

  it('may come from neighbours under their names for this machine', () => {
    const neighbours = { networks: '172.16.0.0/12, fd00::/8,192.0.2.7', hosts: 'emulator, Mail' };
    for (const address of ['172.18.0.3', '::ffff:172.18.0.3', 'fd00::9', '192.0.2.7', '127.0.0.1'])
      for (const host of ['emulator:4566', 'mail', 'localhost'])
        expect(refusal(from(address, { host }), neighbours)).toBeUndefined();
    expect(refusal(from('172.32.0.1'), neighbours)).toBe('forbidden');
    expect(refusal(from('172.18.0.3', { host: 'evil.example' }), neighbours)).toBe('forbidden');
  });

  it.each(['10.0.0.0/33', '10.0.0', 'fd00::/200', 'beef', '10.0.0.0/'])(
    'cannot be recognised by the network %s',
    (networks) => {
      expect(() => new ThisMachine({ networks })).toThrow('LOCAL_NETWORKS');
    },
  );

  it('comes from its own pages, if only they may read the response', () => {
    const pages = (origin: string) => new ThisMachine().refusalOfPages(from('127.0.0.1', { origin }))?.code;
    for (const own of ['http://localhost:5173', 'https://127.0.0.1', 'http://[::1]:1'])
      expect(pages(own)).toBeUndefined();
    for (const foreign of ['https://shop.example', 'null', '']) expect(pages(foreign)).toBe('forbidden');
  });
});

describe('a guarded wire', () => {
  const SIGNED = { authorization: 'AWS4-HMAC-SHA256 Credential=x' };

  async function answerTo(options: RequestOptions, neighbours?: Neighbours): Promise<number | undefined> {
    const server = createServer((_, response) => response.end());
    guardWire(server, new ThisMachine(neighbours));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const asked = request({ port, host: '127.0.0.1', method: 'POST', ...options }).end();
    const [{ statusCode }] = (await once(asked, 'response')) as [IncomingMessage];
    server.close();
    server.closeAllConnections();
    return statusCode;
  }

  it.each<[string, RequestOptions, number]>([
    ['an AWS client', { headers: SIGNED }, 200],
    ['somebody who looks at it', { method: 'GET' }, 200],
    ['a form of a page', { headers: { 'content-type': 'application/x-www-form-urlencoded' } }, 403],
    ['a page that signs', { headers: { ...SIGNED, origin: 'http://127.0.0.1:3000' } }, 403],
    ['a page whose browser says so', { headers: { ...SIGNED, 'sec-fetch-site': 'cross-site' } }, 403],
    ['a page that reads', { method: 'GET', headers: { origin: 'https://evil.example' } }, 403],
    ['another name for this address', { headers: { ...SIGNED, host: 'evil.example' } }, 403],
    ['somebody through a tunnel', { headers: { ...SIGNED, 'x-forwarded-for': '203.0.113.9' } }, 403],
  ])('answers %s', async (_, options, status) => {
    expect(await answerTo(options)).toBe(status);
  });
});
