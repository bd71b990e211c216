import { loadConfig } from '@app/config';
import { createLogger } from '@app/telemetry';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createFrontHttpApp } from '../../apps/front/src/front-app.module.js';
import { FrontConfig } from '../../apps/front/src/front.config.js';
import { MANIFESTS, SERVICES } from '../../apps/manifests.js';
import { assertSameOrigin } from '../../apps/local/src/dev/same-origin.js';

describe('the console of a deployed stage', () => {
  let front: NestFastifyApplication;

  beforeAll(async () => {
    const config = loadConfig(FrontConfig, {
      STAGE: 'dev',
      HTTP_FUNCTIONS: SERVICES.map((name) => `${name}=${name}`).join(),
    });
    const logger = createLogger({ service: 'front', level: 'silent' });
    front = await createFrontHttpApp(config, { logger, assets: 'node_modules/swagger-ui-dist' });
    await front.init();
    await front.getHttpAdapter().getInstance().ready();
  });
  afterAll(() => front.close());

  it.each([
    ['GET', '/dev'],
    ['GET', '/dev/'],
    ['GET', '/'],
    ['GET', '/dev/emails'],
    ['GET', '/dev/queues'],
    ['GET', '/dev/stripe'],
    ['POST', '/dev/stripe/faults'],
    ['GET', '/dev/payments'],
    ['POST', '/dev/payments/1/confirm'],
    ['POST', '/dev/payments/1/buyer'],
    ['POST', '/dev/payments/faults'],
    ['GET', '/dev/queues/commerce-dev-notifier-dlq'],
    ['POST', '/dev/queues/commerce-dev-notifier-dlq/redrive'],
    ['GET', '/dev/orders/1'],
    ['GET', '/dev/logins'],
  ] as const)('answers 404 to %s %s', async (method, url) => {
    expect((await front.inject({ method, url })).statusCode).toBe(404);
  });

  it('lists every service in the selector of its documents, as in the local console', async () => {
    const { payload } = await front.inject({ method: 'GET', url: '/docs/swagger-ui-init.js' });
    expect([...payload.matchAll(/"name": "(\w+) service"/g)].map(([, name]) => name)).toEqual([...SERVICES]);
  });

  it('has no route: the gateway sends unknown paths only to the front', () => {
    expect(
      Object.values(MANIFESTS).flatMap(({ routes }) => routes.filter((route) => route.startsWith('/dev'))),
    ).toEqual([]);
  });
});

describe('changes through the console', () => {
  const from = (headers: Record<string, string>) => () => assertSameOrigin(headers);

  it('are allowed only from its own pages', () => {
    expect(from({ host: '127.0.0.1:3000', origin: 'http://127.0.0.1:3000' })).not.toThrow();
    expect(from({ host: '[::1]:3000', origin: 'http://[::1]:3000' })).not.toThrow();
    expect(
      from({ host: 'localhost:3000', origin: 'http://localhost:3000', 'sec-fetch-site': 'same-origin' }),
    ).not.toThrow();
  });

  it.each([
    ['another site', { host: 'localhost:3000', origin: 'http://evil.example' }],
    ['another port', { host: 'localhost:3000', origin: 'http://localhost:4000' }],
    ['a page that says nothing', { host: 'localhost:3000' }],
    ['a frame of another site', { host: 'localhost:3000', origin: 'null' }],
    [
      'what the browser calls foreign',
      { host: 'localhost:3000', origin: 'http://localhost:3000', 'sec-fetch-site': 'cross-site' },
    ],
  ])('is not %s', (_, headers) => {
    expect(from(headers as unknown as Record<string, string>)).toThrow('Only the pages of this console');
  });
});
