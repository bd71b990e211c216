import { eventually } from '../../../test/support/eventually.js';
import { type EdgeApp, startEdgeApp } from '../../../test/support/http-edge-app.js';
import { LimitedController } from '../../../test/support/limited-controller.js';
import { hasRedis, startRedis } from '../../../test/support/redis.js';

interface Asked {
  url?: string;
  from?: string;
  token?: string;
  forwardedFor?: string;
}

describe('Limits', () => {
  const apps: EdgeApp[] = [];
  const start = async (options: Parameters<typeof startEdgeApp>[0]): Promise<EdgeApp> => {
    const app = await startEdgeApp({ controllers: [LimitedController], ...options });
    apps.push(app);
    return app;
  };
  afterEach(async () => {
    for (const app of apps.splice(0)) await app.close();
  });

  const ask = async (
    { app }: EdgeApp,
    method: 'GET' | 'POST',
    { url = '/limited/open', from = '192.0.2.1', token, forwardedFor }: Asked = {},
  ) => {
    const answer = await app.inject({
      method,
      url,
      remoteAddress: from,
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(forwardedFor !== undefined && { 'x-forwarded-for': forwardedFor }),
      },
    });
    return { status: answer.statusCode, headers: answer.headers, body: answer.json<{ code?: string }>() };
  };

  it('refuses an address above its limit with Retry-After, and no other address', async () => {
    const app = await start({ limits: { perAddress: 3 } });
    for (const left of [2, 1, 0]) {
      const { status, headers } = await ask(app, 'POST');
      expect(status).toBe(201);
      expect(headers).toMatchObject({ 'ratelimit-limit': '3', 'ratelimit-remaining': String(left) });
    }
    const refused = await ask(app, 'POST');
    expect(refused).toMatchObject({ status: 429, body: { code: 'too-many-requests' } });
    expect(refused.headers).toMatchObject({
      'content-type': 'application/problem+json; charset=utf-8',
      'ratelimit-remaining': '0',
    });
    for (const header of ['retry-after', 'ratelimit-reset']) {
      expect(Number(refused.headers[header])).toBeGreaterThan(0);
      expect(Number(refused.headers[header])).toBeLessThanOrEqual(60);
    }
    expect((await ask(app, 'POST', { from: '192.0.2.2' })).status).toBe(201);
  });

  it('counts the addresses of one IPv6 subscriber as one', async () => {
    const app = await start({ limits: { perAddress: 2 } });
    const statuses = [];
    for (const from of ['2001:db8::1', '2001:db8::2', '2001:db8::3', '2001:db8:0:1::1'])
      statuses.push((await ask(app, 'POST', { from })).status);
    expect(statuses).toEqual([201, 201, 429, 201]);
  });

  it('does not limit public reads, and limits private ones before it checks the token', async () => {
    const app = await start({ limits: { perAddress: 2 } });
    for (let i = 0; i < 5; i++) {
      const { status, headers } = await ask(app, 'GET');
      expect([status, headers['ratelimit-limit']]).toEqual([200, undefined]);
    }
    const guess = { url: '/limited/own', token: 'a.guessed.token' };
    expect((await ask(app, 'GET', guess)).status).toBe(401);
    expect((await ask(app, 'GET', guess)).status).toBe(401);
    expect((await ask(app, 'GET', guess)).status).toBe(429);
  });

  it('limits a user from any address, and nobody else', async () => {
    const app = await start({ limits: { perUser: 2 } });
    const [ann, bob] = [await app.sign({ sub: '5' }), await app.sign({ sub: '6' })];
    const own = (token: string, from: string) => ask(app, 'GET', { url: '/limited/own', token, from });
    expect((await own(ann, '192.0.2.1')).headers).toMatchObject({ 'ratelimit-limit': '2', 'ratelimit-remaining': '1' });
    expect((await own(ann, '192.0.2.2')).status).toBe(200);
    expect((await own(ann, '192.0.2.3')).status).toBe(429);
    expect((await own(bob, '192.0.2.3')).status).toBe(200);
  });

  it('limits a guest by what the token is of, from any address', async () => {
    const app = await start({ limits: { perUser: 1 } });
    const own = (cartToken: string, from: string) =>
      app.app.inject({ url: '/limited/cart', remoteAddress: from, headers: { 'cart-token': cartToken } });
    expect((await own('one', '192.0.2.1')).headers['ratelimit-limit']).toBe('1');
    expect((await own('one', '192.0.2.2')).statusCode).toBe(429);
    expect((await own('other', '192.0.2.2')).statusCode).toBe(200);
  });

  it('trusts X-Forwarded-For only from a trusted proxy', async () => {
    const open = await start({ limits: { perAddress: 1 } });
    expect((await ask(open, 'POST', { forwardedFor: '203.0.113.1' })).status).toBe(201);
    expect((await ask(open, 'POST', { forwardedFor: '203.0.113.2' })).status).toBe(429);

    const behind = await start({ limits: { perAddress: 1 }, trustedProxies: '192.0.2.0/24' });
    expect((await ask(behind, 'POST', { forwardedFor: '203.0.113.1' })).status).toBe(201);
    expect((await ask(behind, 'POST', { forwardedFor: '203.0.113.2' })).status).toBe(201);
    // What the client itself put in front of the proxy's entry is ignored.
    expect((await ask(behind, 'POST', { forwardedFor: '203.0.113.9, 203.0.113.2' })).status).toBe(429);
    expect((await ask(behind, 'POST', { from: '198.51.100.1', forwardedFor: '203.0.113.3' })).status).toBe(201);
    expect((await ask(behind, 'POST', { from: '198.51.100.1', forwardedFor: '203.0.113.4' })).status).toBe(429);
  });

  it('counts an IPv6 client by its network, all of which it owns', async () => {
    const app = await start({ limits: { perAddress: 1 } });
    expect((await ask(app, 'POST', { from: '2001:db8:1:2::1' })).status).toBe(201);
    expect((await ask(app, 'POST', { from: '2001:db8:1:2:ffff::9' })).status).toBe(429);
    expect((await ask(app, 'POST', { from: '2001:db8:1:3::1' })).status).toBe(201);
  });

  (hasRedis() ? it : it.skip).each([
    { kind: 'Redis', cluster: false, query: '' },
    { kind: 'a Redis cluster', cluster: true, query: '/?cluster=true' },
  ])(
    'counts across instances in $kind; while it is down each instance counts for itself',
    async ({ cluster, query }) => {
      const redis = await startRedis({ cluster });
      const limits = { perAddress: 4, redisUrl: `${redis.url}${query}` };
      const [one, two] = [await start({ limits }), await start({ limits })];
      const left = async (app: EdgeApp, from: string) =>
        Number((await ask(app, 'POST', { from })).headers['ratelimit-remaining']);
      // Both are connected once each sees the other's hit.
      let last = 0;
      await eventually(async () => {
        const from = `192.0.2.${100 + last++}`;
        expect([await left(one, from), await left(two, from)]).toEqual([3, 2]);
      });
      await redis.stop();
      const answers = await Promise.all([one, one, one, one, one].map((app) => ask(app, 'POST')));
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 201, 201, 429]);
      expect(await left(two, '192.0.2.1')).toBe(3);
    },
    60_000,
  );
});
