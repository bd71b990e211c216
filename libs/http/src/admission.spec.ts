import { createLogger } from '@app/kernel';
import { eventually } from '../../../test/support/eventually.js';
import { type EdgeApp, startEdgeApp } from '../../../test/support/http-edge-app.js';
import { running as work, WorkController } from '../../../test/support/work-controller.js';
import { Admission } from './admission.js';

describe('admission', () => {
  let edge: EdgeApp;
  beforeEach(async () => {
    work.length = 0;
    const admission = { inFlight: 4, eventLoopDelay: 0 };
    edge = await startEdgeApp({ controllers: [WorkController], admission });
  });
  afterEach(() => edge.close());

  const begin = async (method: 'GET' | 'POST', url: string) => {
    const before = work.length;
    const answer = edge.app.inject({ method, url });
    await eventually(() => expect(work.length).toBe(before + 1));
    return { answer };
  };
  const status = async (method: 'GET' | 'POST', url: string) => (await edge.app.inject({ method, url })).statusCode;

  it('refuses lists first, then reads, orders last, and never health', async () => {
    const running = [await begin('GET', '/work'), await begin('GET', '/work')];
    expect(await status('GET', '/work')).toBe(503);
    running.push(await begin('GET', '/work/1'));
    expect(await status('GET', '/work/1')).toBe(503);
    running.push(await begin('POST', '/work'));
    expect(await status('POST', '/work')).toBe(503);
    expect(await status('GET', '/health/ready')).toBe(200);
    for (const finish of work) finish();
    for (const { answer } of running) expect((await answer).json()).toEqual({ done: true });
    await begin('GET', '/work');
    for (const finish of work) finish();
  });

  it('refuses with a problem document that says when to come back, and logs it once', async () => {
    for (let n = 0; n < 4; n++) await begin('POST', '/work');
    const refused = await edge.app.inject({ method: 'GET', url: '/work/7', headers: { 'x-request-id': 'overload-1' } });
    expect(refused.json()).toMatchObject({
      code: 'overloaded',
      status: 503,
      instance: '/work/7',
      request_id: 'overload-1',
    });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThanOrEqual(1);
    expect(refused.headers).toMatchObject({
      'content-type': 'application/problem+json; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-request-id': 'overload-1',
    });
    await status('GET', '/work');
    expect(edge.lines.filter(({ level }) => level === 'warn')).toMatchObject([
      { in_flight: 4, refused: { normal: 1 }, message: 'overloaded: refusing requests' },
    ]);
    for (const finish of work) finish();
  });

  it('refuses while the event loop lags, and no longer', async () => {
    const logger = createLogger({ service: 'test', level: 'silent' });
    const admission = new Admission({ inFlight: 0, eventLoopDelay: 40 }, logger);
    const stop = admission.watch();
    await eventually(() => {
      const until = performance.now() + 100;
      while (performance.now() < until);
      expect(admission.hasRoomFor('critical')).toBe(false);
    });
    await eventually(() => expect(admission.hasRoomFor('optional')).toBe(true));
    stop();
  });
});
