import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import { names } from '@app/events';
import type { Browser } from 'playwright-core';
import { closePage, hasChromium, startChromium } from '../support/chromium.js';
import { startedPlatform } from './support/platforms.js';

const LOCAL = [
  ...['/', '/dev', '/dev/emails', '/dev/queues', '/dev/payments', '/dev/stripe', '/dev/logins', '/%64ev/emails'],
  '/metrics',
];

/** An external address of this machine, to call itself as another machine. */
const [outside] = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .filter(({ internal, family }) => !internal && family === 'IPv4')
  .map(({ address }) => address);
if (outside === undefined) process.stderr.write('This machine has no network: nobody could call from there.\n');

/** The response status of a request with only these headers. */
async function status(base: string, path: string, headers: Record<string, string> = {}): Promise<number | undefined> {
  const asked = request(base + path, { headers }).end();
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  answer.resume();
  return answer.statusCode;
}

async function raw(base: string, text: string): Promise<string> {
  const { hostname, port } = new URL(base);
  return readAll(connect(Number(port), hostname).end(text));
}

(outside === undefined ? describe.skip : describe)('a platform that listens on every address', () => {
  const running = startedPlatform({ host: '0.0.0.0' });
  const there = () => `http://${outside}:${new URL(running().client.base).port}`;

  it('serves its API to the network', async () => {
    expect(await status(there(), '/products')).toBe(200);
    expect(await status(there(), '/docs')).toBe(200);
    expect(await status(there(), '/health/ready')).toBe(200);
  });

  it.each(LOCAL)('serves %s only to this machine', async (path) => {
    expect(await status(there(), path)).toBe(403);
    const { base } = running().client;
    expect(await status(base, path)).toBe(200);
    expect(await status(base, path, { host: 'evil.example' })).toBe(403);
    expect(await status(base, path, { 'x-forwarded-for': '203.0.113.9' })).toBe(403);
  });

  it('opens no other ports to the network', async () => {
    const { aws_endpoint: aws } = JSON.parse(readFileSync(join(running().dataDir, 'platform.json'), 'utf8'));
    await expect(status(aws.replace('127.0.0.1', outside), '/health')).rejects.toThrow('ECONNREFUSED');
    expect(await status(aws, '/_fauxqs/queues')).toBe(200);
    expect(await status(aws, '/_fauxqs/queues', { host: 'evil.example' })).toBe(403);
    const { url } = (await running().client.call('GET', '/dev/stripe')).body;
    await expect(status(url.replace('127.0.0.1', outside), '/v1/events')).rejects.toThrow('ECONNREFUSED');
    expect(await status(url, '/v1/events')).toBe(401);
    expect(await status(url, '/v1/events', { host: 'evil.example' })).toBe(403);
  });
});

describe('a platform with demo logins', () => {
  const running = startedPlatform({ adminEmail: undefined, adminPassword: undefined });

  it.each(['/products', '/docs', '/auth/login', '/.well-known/jwks.json'])(
    'answers no other site: %s',
    async (path) => {
      const { base } = running().client;
      expect(await status(base, path, { host: 'evil.example' })).toBe(403);
      expect(await status(base, path, { 'x-forwarded-for': '203.0.113.9' })).toBe(403);
      expect(await status(base, path, { host: 'shop.localhost' })).not.toBe(403);
    },
  );

  it.each(['/dev', '/products'])('checks the host before the caller: %s', async (path) => {
    for (const hosts of ['', 'Host: 127.0.0.1\r\nHost: evil.example\r\n']) {
      const answer = await raw(running().client.base, `GET ${path} HTTP/1.1\r\n${hosts}connection: close\r\n\r\n`);
      expect(answer).toMatch(/^HTTP\/1.1 400 [^]*"code":"malformed-request"/);
    }
  });
});

(hasChromium() ? describe : describe.skip)('a page of another site, in a browser on this machine', () => {
  const running = startedPlatform({});
  let browser: Browser;
  let site: Server;
  beforeAll(async () => {
    // As an attacker's name server does after the page has loaded.
    browser = await startChromium('--host-resolver-rules=MAP evil.example 127.0.0.1');
    site = createServer((_, response) => response.setHeader('content-type', 'text/html').end('a page')).listen(0);
    await once(site, 'listening');
  });
  afterAll(async () => {
    await browser?.close();
    site?.close();
  });

  const aws = () =>
    (JSON.parse(readFileSync(join(running().dataDir, 'platform.json'), 'utf8')) as { aws_endpoint: string })
      .aws_endpoint;

  it.each(LOCAL)('cannot read %s under a name that resolves to this machine', async (path) => {
    const page = await browser.newPage();
    const answer = await page.goto(`http://evil.example:${new URL(running().client.base).port}${path}`);
    expect(answer?.status()).toBe(403);
    await closePage(page);
  });

  it('sends no message to the embedded queues', async () => {
    const page = await browser.newPage();
    await page.goto(`http://evil.example:${(site.address() as AddressInfo).port}`);
    const TopicArn = 'arn:aws:sns:eu-west-1:000000000000:commerce-local-events';
    const fields = { Action: 'Publish', TopicArn, Message: 'from a page' };
    const inputs = Object.entries(fields).map(([name, value]) => `<input name="${name}" value="${value}">`);
    await page.setContent(`<form method="post" action="${aws()}/">${inputs.join('')}<button>Win</button></form>`);
    const [answer] = await Promise.all([
      page.waitForResponse((response) => response.url().startsWith(aws())),
      page.getByRole('button').click(),
    ]);
    expect([answer.status(), await answer.text()]).toEqual([403, expect.stringContaining('signed requests')]);
    await closePage(page);
  });

  it.each([
    ['moves no dead letter', `/dev/queues/${names('local').deadLetterQueue('orders')}/redrive`],
    ['plays no buyer', '/dev/payments/1/buyer'],
    ['switches no fault', '/dev/payments/faults'],
    ['switches no fault by the way of programs', '/dev/stripe/faults'],
  ])('%s', async (_, path) => {
    const page = await browser.newPage();
    await page.goto(`http://evil.example:${(site.address() as AddressInfo).port}`);
    const action = running().client.base + path;
    await page.setContent(`<form method="post" action="${action}"><button>Win</button></form>`);
    const [answer] = await Promise.all([
      page.waitForResponse((response) => response.url() === action),
      page.getByRole('button').click(),
    ]);
    expect(answer.status()).toBe(403);
    await closePage(page);
  });
});
