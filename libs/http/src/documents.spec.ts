import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import type { OpenAPIObject } from '@nestjs/swagger';
import { errorCodes } from '@app/kernel';
import { eventually } from '../../../test/support/eventually.js';
import { type EdgeApp, startEdgeApp } from '../../../test/support/http-edge-app.js';
import { HealthChecks } from './health.module.js';

describe('the OpenAPI document and its page', () => {
  let edge: EdgeApp;
  let document: OpenAPIObject & { 'x-error-codes': Record<string, unknown> };
  beforeAll(async () => {
    edge = await startEdgeApp();
    document = (await edge.app.inject('/openapi.json')).json();
  });
  afterAll(() => edge.close());

  it('lists every error code', () => {
    expect(Object.keys(document['x-error-codes'])).toEqual(errorCodes().map(({ name }) => name));
    expect(document['x-error-codes']['validation-failed']).toEqual({ status: 422, title: 'The request breaks a rule' });
  });

  it('documents the errors of each route, including its own', () => {
    const { responses } = document.paths['/things']?.post ?? { responses: {} };
    expect(Object.keys(responses)).toEqual(['201', '400', '409', '413', '415', '422', '429', '500', '503']);
    const { $ref } = responses['409'] as { $ref: string };
    expect($ref).toMatch(/^#\/components\/responses\/.*thing-taken$/);
    expect(document.components?.responses?.[$ref.split('/').at(-1) ?? '']).toMatchObject({
      description: expect.stringContaining('`thing-taken`') as string,
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    });
    expect(Object.keys(document.paths['/things/{thing_id}']?.put?.responses ?? {})).toEqual(
      expect.arrayContaining(['404', '412', '428']),
    );
  });

  it('documents who may call', () => {
    expect(document.components?.securitySchemes?.['bearer']).toMatchObject({ scheme: 'bearer' });
    expect(document.paths['/things']?.post?.security).toEqual([]);
    expect(document.paths['/me']?.get).toMatchObject({ security: [{ bearer: [] }], 'x-required-role': 'customer' });
    expect(document.paths['/me/staff']?.get).toMatchObject({ 'x-required-role': 'staff' });
    expect(document.paths['/me/open']?.get?.security).toEqual([]);
    expect(Object.keys(document.paths['/me']?.get?.responses ?? {})).toEqual(expect.arrayContaining(['401']));
  });

  it('shows bounds, examples and optional fields', () => {
    expect(document.components?.schemas?.['CreateThingDto']).toEqual({
      type: 'object',
      required: ['name', 'price'],
      properties: {
        name: { type: 'string', minLength: 1, maxLength: 20, example: 'Lamp' },
        price: {
          type: 'string',
          pattern: expect.any(String) as string,
          example: '29.99',
          description: 'From 0.01 to 99999999.99.',
        },
        lines: { type: 'array', minItems: 1, maxItems: 3, items: { $ref: '#/components/schemas/LineDto' } },
        email: { type: 'string', format: 'email', maxLength: 255, nullable: true, example: 'ada@example.com' },
      },
    });
    const parameters = document.paths['/things']?.get?.parameters;
    expect(parameters).toContainEqual(
      expect.objectContaining({
        name: 'page_size',
        in: 'query',
        required: false,
        schema: expect.objectContaining({ maximum: 100 }) as object,
      }),
    );
    expect(document.paths['/things/{thing_id}']?.get?.parameters).toEqual([
      expect.objectContaining({
        name: 'thing_id',
        in: 'path',
        schema: { type: 'integer', minimum: 1, maximum: 2147483647 },
      }),
      expect.objectContaining({ name: 'If-None-Match', in: 'header' }),
    ]);
  });

  it('documents versions, locations and links', () => {
    expect(document.paths['/things/{thing_id}']?.get?.responses).toMatchObject({
      200: { headers: { ETag: {} } },
      304: {},
    });
    expect(document.paths['/things']?.post?.responses).toMatchObject({ 201: { headers: { Location: {}, ETag: {} } } });
    expect(document.paths['/things']?.get?.responses).toMatchObject({ 200: { headers: { Link: {} } } });
  });

  it('documents a list response', () => {
    expect(document.components?.schemas?.['ThingList']).toMatchObject({
      properties: {
        things: { type: 'array', items: { $ref: '#/components/schemas/ThingDto' } },
        next_cursor: { nullable: true },
      },
    });
  });

  describe('behind a gateway that passes requests to fastify.routing', () => {
    let gateway: Server;
    let base: string;
    beforeAll(async () => {
      const server = edge.app.getHttpAdapter().getInstance();
      gateway = createServer((request, response) => server.routing(request, response));
      await new Promise<void>((resolve) => gateway.listen(0, '127.0.0.1', resolve));
      base = `http://127.0.0.1:${(gateway.address() as { port: number }).port}`;
    });
    afterAll(() => {
      gateway.closeAllConnections();
      gateway.close();
    });

    it('serves the page, its scripts and its document', async () => {
      const page = await fetch(`${base}/docs`);
      expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
      const assets = [...(await page.text()).matchAll(/(?:src|href)=["'](\.\/[^"']+)["']/g)].map(
        ([, path]) => path ?? '',
      );
      expect(assets.length).toBeGreaterThanOrEqual(4);
      for (const path of assets)
        expect([path, (await fetch(new URL(path, `${base}/docs`))).status]).toEqual([path, 200]);
      expect(await (await fetch(`${base}/docs/swagger-ui-init.js`)).text()).toContain('"/openapi.json"');
      expect((await fetch(`${base}/docs/nothing.js`)).status).toBe(404);
      expect((await fetch(`${base}/openapi.json`)).status).toBe(200);
    });

    it.each(['/docs/../../../../etc/passwd', '/docs/..%2f..%2fetc/passwd', '/docs/.hidden'])(
      'serves nothing at %s',
      async (path) => {
        const { hostname, port } = new URL(base);
        const [answer] = (await once(request({ hostname, port, path }).end(), 'response')) as [IncomingMessage];
        expect(answer.statusCode).toBe(404);
        expect(await text(answer)).toContain('Nothing is served at this address.');
      },
    );
  });
});

describe('health', () => {
  let edge: EdgeApp;
  beforeAll(async () => {
    edge = await startEdgeApp();
  });
  afterAll(() => edge.close());

  it.each([
    [true, true, 200, { status: 'ok', checks: { database: 'up', redis: 'up' } }],
    [true, false, 200, { status: 'degraded', checks: { database: 'up', redis: 'down' } }],
    [false, true, 503, { code: 'service-unavailable', checks: { database: 'down', redis: 'up' } }],
  ])('is ready if its critical dependency is up (database %p, redis %p): %d', async (database, redis, status, body) => {
    Object.assign(edge.checks, { database, redis });
    await eventually(async () => {
      const ready = await edge.app.inject('/health/ready');
      expect([ready.statusCode, ready.json()]).toEqual([status, expect.objectContaining(body)]);
    });
    expect((await edge.app.inject('/health/live')).json()).toEqual({ status: 'ok' });
  });

  it('checks its dependencies once in 0.3 s, however often it is called', async () => {
    let asked = 0;
    const check = (): Promise<number> => Promise.resolve(asked++);
    const health = new HealthChecks({ database: { critical: true, check } });
    for (let n = 0; n < 100; n++) expect(await health.ask()).toMatchObject({ ready: true });
    expect(asked).toBe(1);
    await eventually(async () => {
      await health.ask();
      expect(asked).toBe(2);
    });
  });

  it('checks a dependency that hangs once for all callers, and responds within 2 s', async () => {
    let asked = 0;
    const silent = (): Promise<void> => {
      asked++;
      return new Promise(() => undefined);
    };
    const health = new HealthChecks({ database: { critical: true, check: silent } });
    const began = performance.now();
    const answers = await Promise.all(Array.from({ length: 10 }, () => health.ask()));
    expect(answers).toEqual(answers.map(() => ({ ready: false, checks: { database: 'down' } })));
    expect(asked).toBe(1);
    expect(performance.now() - began).toBeLessThan(2_000);
  });
});
