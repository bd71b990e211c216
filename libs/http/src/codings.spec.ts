import { readFileSync } from 'node:fs';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { Controller, Get, SetMetadata } from '@nestjs/common';
import { ROUTE_ACCESS } from '@app/kernel';
import type { Response } from 'light-my-request';
import { type EdgeApp, startEdgeApp } from '../../../test/support/http-edge-app.js';
import { RawJson } from './answers.js';
import { acceptedCoding } from './codings.js';

const BROWSER = 'gzip, deflate, br, zstd';
const TEXT = JSON.stringify({ things: Array.from({ length: 200 }, (_, thing_id) => ({ thing_id, name: 'Lamp' })) });

@Controller('ready')
@SetMetadata(ROUTE_ACCESS, 'public')
class ReadyController {
  @Get()
  ready(): RawJson {
    return new RawJson(Buffer.from(TEXT), '"3-17"');
  }
}

describe('the content coding of a response', () => {
  it.each<[string | undefined, string | undefined]>([
    [undefined, undefined],
    ['', undefined],
    ['br', 'br'],
    ['GZIP', 'gzip'],
    [BROWSER, 'br'],
    ['gzip, deflate', 'gzip'],
    ['br;q=0.5, gzip;q=0.8', 'gzip'],
    ['br; q=0.5 , gzip;q=0.5', 'br'],
    ['*', 'br'],
    ['br;q=0, *', 'gzip'],
    ['br;q=0, gzip', 'gzip'],
    ['gzip;q=0', undefined],
    ['*;q=0', undefined],
    ['identity', undefined],
    ['identity, gzip;q=0.5', undefined],
    ['identity;q=0.5, *;q=0.2', undefined],
    ['identity;q=0, gzip', 'gzip'],
    ['identity;q=0', undefined],
    ['deflate, zstd', undefined],
    ['gzip;q=much', undefined],
    [',,;q=1,gzip', 'gzip'],
  ])('for %j is %s', (header, coding) => {
    expect(acceptedCoding(header)).toBe(coding);
  });
});

describe('responses', () => {
  let edge: EdgeApp;
  beforeAll(async () => {
    edge = await startEdgeApp({ controllers: [ReadyController], cors: 'https://shop.example', publicMaxAge: 60 });
  });
  afterAll(() => edge.close());

  const ask = (url: string, headers: Record<string, string> = {}, method: 'GET' | 'HEAD' = 'GET'): Promise<Response> =>
    edge.app.inject({ url, headers, method });
  const coded = (url: string, coding = BROWSER) => ask(url, { 'accept-encoding': coding });

  it.each<[string, string, (bytes: Buffer) => Buffer]>([
    ['br', '"3-17+br"', brotliDecompressSync],
    ['gzip', '"3-17+gzip"', gunzipSync],
  ])(
    'that are prepared and public are sent in %s, with the tag and length of the encoded bytes',
    async (coding, etag, decode) => {
      const { rawPayload, headers, statusCode } = await coded('/ready', coding);
      expect([statusCode, decode(rawPayload).toString()]).toEqual([200, TEXT]);
      expect(rawPayload.length).toBeLessThan(TEXT.length / 4);
      expect(headers).toMatchObject({
        'content-encoding': coding,
        'content-length': String(rawPayload.length),
        etag,
        vary: 'Origin, Accept-Encoding, Authorization',
      });
      const head = await ask('/ready', { 'accept-encoding': coding }, 'HEAD');
      const own = { date: expect.anything() as string, 'x-request-id': expect.anything() as string };
      expect(head.headers).toEqual({ ...headers, ...own });
    },
  );

  it.each([['identity'], ['identity;q=0'], ['zstd']])('are sent unencoded for %s', async (accepted) => {
    const { headers, payload } = await coded('/ready', accepted);
    expect([payload, headers['content-encoding'], headers['etag']]).toEqual([TEXT, undefined, '"3-17"']);
    expect(headers['vary']).toContain('Accept-Encoding');
  });

  it('are 304 only for the tag of the same coding, which they repeat', async () => {
    const again = await ask('/ready', { 'accept-encoding': BROWSER, 'if-none-match': 'W/"9", W/"3-17+br"' });
    expect([again.statusCode, again.rawPayload.length, again.headers]).toEqual([
      304,
      0,
      expect.objectContaining({
        etag: '"3-17+br"',
        vary: 'Origin, Accept-Encoding, Authorization',
        'cache-control': 'public, max-age=60',
      }),
    ]);
    expect(again.headers).not.toHaveProperty('content-encoding');
    // The client has not cached these bytes.
    for (const tag of ['"3-17"', '"3-17+gzip"']) {
      expect((await ask('/ready', { 'accept-encoding': BROWSER, 'if-none-match': tag })).statusCode).toBe(200);
    }
  });

  it.each([
    ['"3-17+br"', 200],
    ['"3+gzip"', 200],
    ['"3-17+zstd"', 412],
    ['"2-17+br"', 412],
    ['W/"3-17+br"', 412],
  ])('have tags that match If-Match in any coding: %s is %i', async (tag, status) => {
    const payload = { name: 'Lamp', price: '1.00' };
    const { statusCode } = await edge.app.inject({
      method: 'PUT',
      url: '/things/7',
      payload,
      headers: { 'if-match': tag },
    });
    expect(statusCode).toBe(status);
  });

  it('are never compressed for a client with a token, if they are small, or if they are made for one caller', async () => {
    const authorization = `Bearer ${await edge.sign()}`;
    const withToken = await ask('/ready', { 'accept-encoding': BROWSER, authorization });
    expect([withToken.payload, withToken.headers['etag']]).toEqual([TEXT, '"3-17"']);
    for (const url of ['/things/raw', '/things', '/me/open', '/nothing']) {
      const { headers } = await ask(url, { 'accept-encoding': BROWSER });
      expect([url, headers['content-encoding'], String(headers['vary'])]).toEqual([
        url,
        undefined,
        expect.not.stringContaining('Accept-Encoding'),
      ]);
    }
  });

  it('may be cached only if they are prepared and public', async () => {
    const authorization = `Bearer ${await edge.sign()}`;
    const kept = async (url: string, headers = {}) => (await ask(url, headers)).headers['cache-control'];
    expect(await kept('/ready')).toBe('public, max-age=60');
    expect(await kept('/things/raw')).toBe('public, max-age=60');
    expect(await kept('/ready', { authorization })).toBe('no-store');
    for (const url of ['/things/7', '/things', '/health/live', '/openapi.json', '/me/open']) {
      expect([url, await kept(url)]).toEqual([url, 'no-cache']);
    }
    for (const url of ['/things/broken', '/things/away', '/things/x', '/nothing', '/me']) {
      expect([url, await kept(url)]).toEqual([url, 'no-store']);
    }
    expect(await kept('/ready', { authorization: 'Bearer x' })).toBe('no-store');
  });

  it('such as the OpenAPI document are compressed and tagged', async () => {
    const { rawPayload, headers } = await coded('/openapi.json');
    const plain = await ask('/openapi.json');
    expect(brotliDecompressSync(rawPayload).toString()).toBe(plain.payload);
    const known = { 'accept-encoding': BROWSER, 'if-none-match': String(headers['etag']) };
    expect((await ask('/openapi.json', known)).statusCode).toBe(304);
  });

  describe('of /docs', () => {
    const script = '/docs/swagger-ui-bundle.js';
    const file = readFileSync('node_modules/swagger-ui-dist/swagger-ui-bundle.js');

    it.each<[string, (bytes: Buffer) => Buffer]>([
      ['br', brotliDecompressSync],
      ['gzip', gunzipSync],
    ])('that are scripts, styles or the page are sent in %s', async (coding, decode) => {
      const { rawPayload, headers } = await coded(script, coding);
      expect(decode(rawPayload).equals(file)).toBe(true);
      expect(headers).toMatchObject({ 'content-encoding': coding, vary: 'Origin, Accept-Encoding' });
      for (const name of ['content-length', 'accept-ranges']) expect(headers).not.toHaveProperty(name);
      for (const url of ['/docs/swagger-ui.css', '/docs/login.js', '/docs']) {
        const answer = await coded(url, coding);
        expect([url, answer.headers['content-encoding']]).toEqual([url, coding]);
        expect(decode(answer.rawPayload).toString()).toBe((await ask(url)).payload);
      }
    });

    it('are 304 for their tag; images and ranges of files are sent unencoded', async () => {
      const { etag } = (await coded(script)).headers;
      const known = await ask(script, { 'accept-encoding': BROWSER, 'if-none-match': String(etag) });
      expect([known.statusCode, known.payload]).toEqual([304, '']);
      expect(known.headers['vary']).toBe('Origin, Accept-Encoding');
      expect((await coded('/docs/favicon-32x32.png')).headers).not.toHaveProperty('content-encoding');
      const range = await ask(script, { 'accept-encoding': BROWSER, range: 'bytes=0-4999' });
      expect([range.statusCode, range.rawPayload.equals(file.subarray(0, 5_000))]).toEqual([206, true]);
      expect(range.headers).not.toHaveProperty('content-encoding');
    });

    it('respond to HEAD as to GET, without a body', async () => {
      const { statusCode, rawPayload, headers } = await ask(script, { 'accept-encoding': BROWSER }, 'HEAD');
      expect([statusCode, rawPayload.length, headers['content-encoding']]).toEqual([200, 0, 'br']);
      expect(headers).not.toHaveProperty('content-length');
    });
  });
});
