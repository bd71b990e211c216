import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { Browser, Page } from 'playwright-core';
import { hasChromium, startChromium } from '../support/chromium.js';
import { picture } from '../support/pictures.js';
import { ADMIN } from './support/client.js';
import { startedPlatform } from './support/platforms.js';

jest.setTimeout(60_000);

interface Read {
  status: number;
  code: string | undefined;
  headers: Record<string, string>;
}

interface Call {
  url: string;
  method?: string;
  headers?: Record<string, string>;
  body?: string;
}

/** Runs in the page: makes a call as a front-end, and returns what its script may read of the response. */
const CALL = `async ({ url, ...init }) => {
  const answer = await fetch(url, { credentials: 'include', ...init });
  const text = await answer.text();
  let code;
  try { code = JSON.parse(text).code; } catch {}
  return { status: answer.status, code, headers: Object.fromEntries(answer.headers) };
}`;

/** Runs in the page, as a front-end's own script: sends the picked file where the platform says, and shows the picture. */
const UPLOAD = `async ({ base, product, token }) => {
  const authorization = 'Bearer ' + token;
  const call = async (path, method, body) => {
    const headers = { authorization, ...(body && { 'content-type': 'application/json' }) };
    return (await fetch(base + path, { method, headers, body: body && JSON.stringify(body) })).json();
  };
  const [file] = document.querySelector('input').files;
  const declared = { content_type: file.type, bytes: file.size, alt: 'Blue and red' };
  const { image_id, upload } = await call('/products/' + product + '/images', 'POST', declared);
  const put = await fetch(upload.url, { method: upload.method, headers: upload.headers, body: file });
  await call('/images/' + image_id + '/complete', 'POST');
  let image = { status: 'processing' };
  while (image.status === 'processing') image = await call('/images/' + image_id, 'GET');
  const { images } = await (await fetch(base + '/products/' + product)).json();
  const shown = [];
  for (const { url, type } of images.flatMap(({ sources }) => sources)) {
    const img = document.body.appendChild(new Image());
    img.src = new URL(url, base).href;
    await img.decode();
    shown.push([type, img.naturalWidth, img.naturalHeight]);
  }
  return { put: put.status, status: image.status, code: image.code, shown, alt: images[0]?.alt };
}`;

(hasChromium() ? describe : describe.skip)('a page of another origin', () => {
  const running = startedPlatform({});
  let pages: Server;
  let browser: Browser;
  let page: Page;
  let token: string;

  beforeAll(async () => {
    pages = createServer((_, response) =>
      response.setHeader('content-type', 'text/html').end('<!doctype html><title>A shop</title>'),
    ).listen(0, '127.0.0.1');
    await once(pages, 'listening');
    browser = await startChromium();
    page = await browser.newPage();
    await page.goto(`http://localhost:${(pages.address() as { port: number }).port}/`);
    token = await running().client.admin();
  });
  afterAll(async () => {
    await browser?.close();
    pages?.close();
  });

  const call = ({ url, ...init }: Call, from = page): Promise<Read> =>
    from.evaluate(`(${CALL})(${JSON.stringify({ url: running().client.base + url, ...init })})`);
  const json = { 'content-type': 'application/json' };
  const admin = () => ({ authorization: `Bearer ${token}` });
  const change = { method: 'PUT', headers: { ...json } };

  it('logs in, writes with a token and preconditions, and reads the response headers', async () => {
    expect(
      await call({ url: '/auth/login', method: 'POST', headers: json, body: JSON.stringify(ADMIN) }),
    ).toMatchObject({
      status: 200,
    });
    const created = await call({
      url: '/products',
      method: 'POST',
      headers: { ...json, ...admin(), 'idempotency-key': 'another origin', 'x-request-id': 'from-a-page' },
      body: JSON.stringify({ sku: 'ORIGIN-1', name: 'Lamp', price: '9.99' }),
    });
    expect(created).toMatchObject({ status: 201, headers: { 'x-request-id': 'from-a-page', etag: '"1"' } });
    expect(Object.keys(created.headers)).toEqual(
      expect.arrayContaining(['location', 'ratelimit-limit', 'ratelimit-remaining', 'ratelimit-reset']),
    );
    const url = created.headers['location'] ?? '';
    const { headers: shown } = await call({ url });
    const again = await call({ url, headers: { 'if-none-match': shown['etag'] ?? 'none' } });
    expect(again).toMatchObject({ status: 304 });
    expect(
      await call({ url, headers: { ...admin(), traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` } }),
    ).toMatchObject({
      status: 200,
    });
    const renamed = { ...change, url, headers: { ...json, ...admin(), 'if-match': '"1"' }, body: '{"name":"Lamps"}' };
    expect(await call(renamed)).toMatchObject({ status: 200, headers: { etag: '"2"' } });
    expect(await call(renamed)).toMatchObject({ status: 412, code: 'precondition-failed' });
    const { headers } = await call({ url: '/products?page_size=1' });
    expect(headers).toMatchObject({ link: expect.stringContaining('rel="first"'), 'x-cache': expect.any(String) });
    expect(await call({ url, method: 'DELETE', headers: admin() })).toMatchObject({ status: 204 });
  });

  it('picks a picture, sends it to the store, and shows it', async () => {
    const { product_id: product } = await running().client.product();
    await page.setContent('<!doctype html><title>A shop</title><input type="file">');
    const buffer = await picture(640, 400).png().toBuffer();
    await page.locator('input').setInputFiles({ name: 'blue and red.png', mimeType: 'image/png', buffer });
    const { base } = running().client;
    const seen = await page.evaluate(`(${UPLOAD})(${JSON.stringify({ base, product, token })})`);
    const sizes = [
      [320, 200],
      [640, 400],
    ];
    const shown = ['image/webp', 'image/jpeg'].flatMap((type) => sizes.map((size) => [type, ...size]));
    expect(seen).toEqual({ put: 200, status: 'ready', code: null, shown, alt: 'Blue and red' });
  });

  const post = { url: '/users', method: 'POST' };
  it.each<[string, Call, number, string]>([
    ['truncated JSON', { ...post, headers: json, body: '{"email":' }, 400, 'malformed-request'],
    ['a bad escape in the path', { url: '/products/%zz' }, 400, 'malformed-request'],
    ['a bad escape in the query', { url: '/products?q=%zz' }, 400, 'malformed-request'],
    ['no token', { url: '/orders' }, 401, 'unauthenticated'],
    ['a wrong token', { url: '/orders', headers: { authorization: 'Bearer wrong' } }, 401, 'unauthenticated'],
    ['an unknown product', { url: '/products/999999' }, 404, 'not-found'],
    ['an address of nobody', { url: '/nothing/at/all' }, 404, 'not-found'],
    ['a method that the address does not take', { url: '/products', method: 'DELETE' }, 405, 'method-not-allowed'],
    ['PATCH', { url: '/products/1', method: 'PATCH', headers: json, body: '{}' }, 405, 'method-not-allowed'],
    ['200 kB', { ...post, headers: json, body: `{"full_name":"${'x'.repeat(200_000)}"}` }, 413, 'payload-too-large'],
    ['a path of 9,000 characters', { url: `/products?q=${'a'.repeat(9_000)}` }, 414, 'uri-too-long'],
    ['text', { ...post, headers: { 'content-type': 'text/plain' }, body: 'a' }, 415, 'unsupported-media-type'],
    ['broken rules', { ...post, headers: json, body: '{}' }, 422, 'validation-failed'],
    [
      'a header of 20 kB',
      { url: '/products', headers: { 'x-request-id': 'a'.repeat(20_000) } },
      431,
      'headers-too-large',
    ],
  ])('reads the problem document of %s', async (_, request, status, code) => {
    const answer = await call(request);
    expect(answer).toMatchObject({ status, code });
    expect(answer.headers['x-request-id']).toBeDefined();
    if (status === 405) expect(answer.headers['allow']).toMatch(/GET/);
  });

  it('reads Retry-After', async () => {
    const login = {
      url: '/auth/login',
      method: 'POST',
      headers: json,
      body: '{"email":"a@example.com","password":"wrong"}',
    };
    for (let i = 0; i < 5; i++) expect(await call(login)).toMatchObject({ status: 401 });
    const refused = await call(login);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
  });

  it.each(['/openapi.json', '/health/ready', '/health/live'])("reads the gateway's own %s", async (url) => {
    expect(await call({ url })).toMatchObject({ status: 200 });
  });

  it('reads nothing if its origin is not allowed', async () => {
    const stranger = await browser.newPage();
    await stranger.route('http://stranger.example/', (route) => route.fulfill({ contentType: 'text/html', body: 'a' }));
    await stranger.goto('http://stranger.example/');
    await expect(call({ url: '/products' }, stranger)).rejects.toThrow(/Failed to fetch/);
    await expect(call({ url: '/products/%zz' }, stranger)).rejects.toThrow(/Failed to fetch/);
    await stranger.close();
  });
});
