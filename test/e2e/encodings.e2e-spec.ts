import { request } from 'node:http';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { ADMIN, unique } from './support/client.js';
import { startedPlatform } from './support/platforms.js';

const DECODE: Record<string, (bytes: Buffer) => Buffer> = { br: brotliDecompressSync, gzip: gunzipSync };

/** A response with its raw body and content coding, which `fetch` hides. */
interface OnTheWire {
  status: number;
  headers: IncomingMessage['headers'];
  bytes: Buffer;
}

describe('compressed and cached responses', () => {
  const running = startedPlatform({ overrides: { products: { PUBLIC_MAX_AGE: '120' } } });
  const lists = `/products?page_size=50&q=${unique('Compressed')}`;

  beforeAll(async () => {
    const token = await running().client.admin();
    const word = new URLSearchParams(lists.split('?')[1]).get('q');
    for (let each = 0; each < 20; each++) {
      const body = { sku: unique('C-'), name: `${word} lamp ${each}`, price: '9.99' };
      expect((await running().client.call('POST', '/products', { token, body })).status).toBe(201);
    }
  });

  const ask = async (path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<OnTheWire> => {
    const asked = request(running().client.base + path, { method, headers }).end();
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    return { status: answer.statusCode ?? 0, headers: answer.headers, bytes: await buffer(answer) };
  };

  it.each([
    ['gzip, deflate, br, zstd', 'br'],
    ['br', 'br'],
    ['gzip', 'gzip'],
    ['br;q=0, *', 'gzip'],
    ['identity;q=0, gzip', 'gzip'],
  ])('for %s lists and documents are in %s', async (accepted, coding) => {
    for (const path of [lists, '/openapi.json', '/openapi/products.json', '/asyncapi.json', '/docs/swagger-ui.css']) {
      const plain = await ask(path);
      const coded = await ask(path, { 'accept-encoding': accepted });
      expect([path, coded.status, coded.headers['content-encoding']]).toEqual([path, 200, coding]);
      expect(DECODE[coding]?.(coded.bytes).equals(plain.bytes)).toBe(true);
      expect(coded.bytes.length).toBeLessThan(plain.bytes.length / 2);
      expect(coded.headers['vary']).toContain('Accept-Encoding');
      const known = { 'accept-encoding': accepted, 'if-none-match': String(coded.headers.etag) };
      const again = await ask(path, known);
      expect([path, again.status, again.bytes.length]).toEqual([path, 304, 0]);
      const head = await ask(path, { 'accept-encoding': accepted }, 'HEAD');
      for (const name of ['content-length', 'content-encoding', 'etag']) {
        expect([path, name, head.headers[name]]).toEqual([path, name, coded.headers[name]]);
      }
    }
  });

  it.each([[undefined], ['identity'], ['identity;q=0'], ['gzip;q=0, br;q=0']])(
    'for %s they are as they are',
    async (accepted) => {
      const { status, headers, bytes } = await ask(lists, {
        ...(accepted !== undefined && { 'accept-encoding': accepted }),
      });
      expect([status, headers['content-encoding'], headers['content-length']]).toEqual([
        200,
        undefined,
        String(bytes.length),
      ]);
      expect(JSON.parse(bytes.toString())).toMatchObject({ total: 20 });
    },
  );

  it('a list may be kept as long as the stage says, but for whoever sends a token', async () => {
    const authorization = `Bearer ${await running().client.admin()}`;
    expect((await ask(lists)).headers['cache-control']).toBe('public, max-age=120');
    const own = await ask(lists, { authorization, 'accept-encoding': 'br' });
    expect([own.status, own.headers['cache-control'], own.headers['content-encoding']]).toEqual([
      200,
      'no-store',
      undefined,
    ]);
  });

  it('nothing with a token or of one person is, however long', async () => {
    const { client } = running();
    const accepted = { 'accept-encoding': 'gzip, br' };
    const login = await fetch(`${client.base}/auth/login`, {
      method: 'POST',
      headers: { ...accepted, 'content-type': 'application/json' },
      body: JSON.stringify(ADMIN),
    });
    expect([login.status, login.headers.get('content-encoding')]).toEqual([200, null]);
    const authorization = `Bearer ${await client.admin()}`;
    for (const path of ['/users?page_size=100', '/orders?page_size=100', '/dev', '/dev/emails', '/dev/logins']) {
      const { status, headers } = await ask(path, { ...accepted, ...(!path.startsWith('/dev') && { authorization }) });
      expect([path, status, headers['content-encoding']]).toEqual([path, 200, undefined]);
    }
  });
});
